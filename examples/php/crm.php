<?php

// A CRM on the command line: php crm.php, without more, lists what it does.
declare(strict_types=1);

use GuzzleHttp\Exception\ConnectException;
use Parsley\Parsley;
use Parsley\Refused;

// Composer's folder where there is one, else Debian's package.
$composed = __DIR__ . '/vendor/autoload.php';
require is_file($composed) ? $composed : (getenv('GUZZLE_AUTOLOAD') ?: '/usr/share/php/GuzzleHttp/autoload.php');
require_once __DIR__ . '/src/Parsley.php';

const USAGE = <<<'TEXT'
    php crm.php sign-up NAME EMAIL          make an account; asks for a password
    php crm.php log-in NAME                 asks for a password
    php crm.php log-out
    php crm.php contacts                    all that you may see
    php crm.php add-contact NAME [EMAIL] [PHONE]
    php crm.php deals STAGE                 by the day on which they are to close
    php crm.php board                       every stage with its deals
    php crm.php add-deal TITLE [AMOUNT] [STAGE] [CONTACT-ID]
    php crm.php move DEAL-ID STAGE
    php crm.php log DEAL-ID call|email|meeting|note SUBJECT
    php crm.php activities DEAL-ID

    TEXT;

function line(string|null ...$cells): string
{
    return rtrim(implode('  ', array_map('strval', $cells))) . "\n";
}

function deal(array $deal): string
{
    $amount = isset($deal['amount']) ? number_format((float) $deal['amount'], 2) : '';
    $closes = substr($deal['expectedCloseDate']['iso'] ?? '', 0, 10);
    return line($deal['objectId'], $deal['title'], $amount, $closes, $deal['company']['name'] ?? null);
}

function board(Parsley $crm): string
{
    $said = '';
    foreach ($crm->board() as $stage => $deals) {
        $sum = number_format(array_sum(array_map(static fn (array $deal) => $deal['amount'] ?? 0, $deals)), 2);
        $said .= sprintf("%s (%d, %s)\n", $stage, count($deals), $sum);
        $said .= implode('', array_map(static fn (array $deal) => '  ' . deal($deal), $deals));
    }
    return $said;
}

/** From the environment, or typed without being shown. */
function password(): string
{
    $told = getenv('PARSLEY_PASSWORD');
    if ($told !== false) {
        return $told;
    }
    fwrite(STDERR, 'Password: ');
    $hidden = stream_isatty(STDIN);
    $hidden && system('stty -echo');
    $typed = rtrim((string) fgets(STDIN), "\r\n");
    $hidden && system('stty echo');
    fwrite(STDERR, "\n");
    return $typed;
}

/** The token is as good as the password: only its owner reads the file. */
function remember(string $file, string $token): string
{
    touch($file);
    chmod($file, 0600);
    file_put_contents($file, $token);
    return "You are signed in.\n";
}

function forget(Parsley $crm, string $file): string
{
    $crm->logOut();
    unlink($file);
    return "You are signed out.\n";
}

$setting = static fn (string $name, string $default): string => getenv($name) ?: $default;
$file = $setting('PARSLEY_SESSION', __DIR__ . '/.session');
$url = $setting('PARSE_URL', 'http://127.0.0.1:8000/parse');
$token = is_file($file) ? (string) file_get_contents($file) : null;
$crm = new Parsley($url, $setting('PARSE_APP_ID', 'parsley'), $setting('PARSE_REST_KEY', 'parsley-rest'), $token);

$contact = static fn (array $one) => line(
    $one['objectId'],
    $one['name'],
    $one['email'] ?? null,
    $one['phone'] ?? null,
    $one['company']['name'] ?? null
);
$activity = static fn (array $one) => line(substr($one['createdAt'], 0, 10), $one['type'] ?? null, $one['subject'] ?? null);
$lines = static fn (callable $write, array $rows): string => implode('', array_map($write, $rows));
$moved = static function (string $deal, string $stage) use ($crm): string {
    $crm->move($deal, $stage);
    return "Moved to $stage.\n";
};
$commands = [
    'sign-up' => static fn (string $name, string $email) => remember($file, $crm->signUp($name, $email, password())),
    'log-in' => static fn (string $name) => remember($file, $crm->logIn($name, password())),
    'log-out' => static fn () => forget($crm, $file),
    'contacts' => static fn () => $lines($contact, $crm->contacts()),
    'add-contact' => static fn (string ...$told) => line($crm->addContact(...$told)),
    'deals' => static fn (string $stage) => $lines(deal(...), $crm->deals($stage)),
    'board' => static fn () => board($crm),
    'add-deal' => static fn (string $title, string $amount = '', string $stage = 'lead', ?string $contact = null) => line(
        $crm->addDeal($title, $amount === '' ? null : (float) $amount, $stage, $contact)
    ),
    'move' => $moved,
    'log' => static fn (string $deal, string $type, string $subject) => line($crm->log($deal, $type, $subject)),
    'activities' => static fn (string $deal) => $lines($activity, $crm->activities($deal)),
];

$told = array_slice($argv, 2);
$command = $commands[$argv[1] ?? ''] ?? null;
try {
    if ($command === null) {
        throw new ArgumentCountError();
    }
    echo $command(...$told);
} catch (ArgumentCountError) {
    fwrite(STDERR, USAGE);
    exit(2);
} catch (Refused | ConnectException $refusal) {
    fwrite(STDERR, $refusal->getMessage() . "\n");
    exit(1);
}
