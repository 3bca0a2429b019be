<?php
// Calls every function of the seeds' PHP file (its path is the argument) and prints what each answered as JSON.
require getenv('GUZZLE_AUTOLOAD');
require $argv[1];

// Own words: the seeds print no sign-up and no dates, which the order of their list needs.
function send(string $method, string $path, array $body, ?string $sessionToken = null): array
{
    global $baseUrl, $appId, $restKey;
    $headers = ['X-Parse-Application-Id' => $appId, 'X-Parse-REST-API-Key' => $restKey];
    if ($sessionToken) {
        $headers['X-Parse-Session-Token'] = $sessionToken;
    }
    $answer = (new \GuzzleHttp\Client())->request($method, $baseUrl . $path, ['headers' => $headers, 'json' => $body]);
    return json_decode($answer->getBody()->getContents(), true);
}

$name = 'php-' . bin2hex(random_bytes(6));
$account = ['username' => $name, 'password' => 'correct horse battery', 'email' => "$name@parsley.example"];
send('POST', '/users', $account);
$sessionToken = send('POST', '/login', $account)['sessionToken'];
$own = [$baseUrl, $appId, $restKey, $sessionToken];
$said = ['sessionToken' => $sessionToken];

$said['createDeal'] = [
    createDeal(...$own, title: 'Late rollout', stage: 'qualified', amount: 1250.5),
    createDeal(...$own, title: 'Early rollout', stage: 'qualified'),
    createDeal(...$own, title: 'A lead'),
];
foreach (['2031-05-01T00:00:00.000Z', '2030-05-01T00:00:00.000Z'] as $place => $day) {
    $id = $said['createDeal'][$place]['objectId'];
    send('PUT', "/classes/Deal/$id", ['expectedCloseDate' => ['__type' => 'Date', 'iso' => $day]], $sessionToken);
}
$said['createContact'] = [
    createContact(...$own, name: 'Ada Adams', email: 'ada@acme.example', phone: '+1 555 0100'),
    createContact(...$own, name: 'Bob Brown'),
];
$said['getDeals'] = getDeals(...$own);
$said['getContacts'] = getContacts(...$own);

$moved = $said['createDeal'][2]['objectId'];
$said['updateDealStage'] = updateDealStage(...$own, objectId: $moved, stage: 'won');
$said['moved'] = getDeals(...$own, stage: 'won');
$said['deleteDeal'] = deleteDeal(...$own, objectId: $moved);
$said['left'] = getDeals(...$own, stage: 'won');

try {
    $said['withoutToken'] = getDeals($baseUrl, $appId, $restKey, null);
} catch (\GuzzleHttp\Exception\ClientException $refused) {
    $said['withoutToken'] = json_decode($refused->getResponse()->getBody()->getContents(), true);
}
$said['printed'] = array_values(array_filter(
    ['getDeals', 'getContacts', 'createDeal', 'createContact', 'updateDealStage', 'deleteDeal'],
    fn ($function) => (new ReflectionFunction($function))->getFileName() === realpath($argv[1]),
));
echo json_encode($said);
