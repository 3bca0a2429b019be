<?php
// A day at the pipeline in our own words: the calls of a PHP program over REST, printed as JSON.
require getenv('GUZZLE_AUTOLOAD');

$client = new \GuzzleHttp\Client([
    'base_uri' => getenv('PARSE_URL') . '/',
    'http_errors' => false,
    'headers' => [
        'X-Parse-Application-Id' => getenv('PARSE_APP_ID'),
        'X-Parse-REST-API-Key' => getenv('PARSE_REST_KEY'),
    ],
]);
$token = null;

function call(string $method, string $path, array $query = [], ?array $body = null): array
{
    global $client, $token;
    $options = ['query' => $query, 'headers' => $token ? ['X-Parse-Session-Token' => $token] : []];
    if ($body !== null) {
        $options['json'] = $body;
    }
    $answer = $client->request($method, $path, $options);
    return ['status' => $answer->getStatusCode(), 'body' => json_decode((string) $answer->getBody(), true)];
}

function pointer(string $class, string $id): array
{
    return ['__type' => 'Pointer', 'className' => $class, 'objectId' => $id];
}

$name = 'php-' . bin2hex(random_bytes(6));
$account = ['username' => $name, 'password' => 'correct horse battery', 'email' => "$name@parsley.example"];
$said = ['signUp' => call('POST', 'users', [], $account)];
$said['wrongPassword'] = call('POST', 'login', [], ['username' => $name, 'password' => 'no']);
$said['logIn'] = call('GET', 'login', ['username' => $name, 'password' => $account['password']]);
$token = $said['logIn']['body']['sessionToken'];
$said['me'] = call('GET', 'users/me');

$said['company'] = call('POST', 'classes/Company', [], ['name' => 'Acme', 'industry' => 'Tools']);
$company = pointer('Company', $said['company']['body']['objectId']);
$said['contact'] = call('POST', 'classes/Contact', [], ['name' => 'Ada Adams', 'company' => $company]);
$contact = pointer('Contact', $said['contact']['body']['objectId']);
$day = ['__type' => 'Date', 'iso' => '2031-02-03T00:00:00.000Z'];
$deal = ['title' => 'Rollout', 'amount' => 99.5, 'stage' => 'lead', 'expectedCloseDate' => $day];
$said['deal'] = call('POST', 'classes/Deal', [], $deal + ['company' => $company, 'contact' => $contact]);
$id = $said['deal']['body']['objectId'];

$where = json_encode(['company' => $company, 'amount' => ['$gte' => 50]]);
$said['found'] = call('GET', 'classes/Deal', ['where' => $where, 'include' => 'contact.company', 'count' => 1]);
$said['raised'] = call('PUT', "classes/Deal/$id", [], ['amount' => ['__op' => 'Increment', 'amount' => 0.5]]);
$said['untitled'] = call('PUT', "classes/Deal/$id", [], ['title' => null]);
$activity = ['type' => 'call', 'subject' => 'First call', 'relatedTo' => pointer('Deal', $id)];
$said['activity'] = call('POST', 'classes/Activity', [], $activity);
$said['activities'] = call('GET', 'classes/Activity', ['where' => json_encode(['relatedTo' => pointer('Deal', $id)])]);
$mount = parse_url(getenv('PARSE_URL'), PHP_URL_PATH);
$ids = ['Activity' => $said['activity']['body']['objectId'], 'Deal' => $id];
$delete = fn ($class, $id) => ['method' => 'DELETE', 'path' => "$mount/classes/$class/$id", 'body' => new stdClass()];
$said['batch'] = call('POST', 'batch', [], ['requests' => array_map($delete, array_keys($ids), $ids)]);
$said['gone'] = call('GET', "classes/Deal/$id");
$said['logOut'] = call('POST', 'logout', [], []);
$said['after'] = call('GET', 'users/me');
echo json_encode($said);
