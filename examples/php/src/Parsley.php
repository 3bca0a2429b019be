<?php

declare(strict_types=1);

namespace Parsley;

use GuzzleHttp\Client;

/** What was refused: the code and the words are the server's. */
final class Refused extends \RuntimeException
{
}

/** A CRM's records over REST, as whoever signed in. */
final class Parsley
{
    public const STAGES = ['lead', 'qualified', 'proposal', 'negotiation', 'won', 'lost'];
    private const AT_MOST = 1000;

    private Client $http;

    public function __construct(string $url, string $appId, string $restKey, private ?string $token = null)
    {
        $this->http = new Client([
            'base_uri' => rtrim($url, '/') . '/',
            'http_errors' => false,
            'timeout' => 30,
            'headers' => ['X-Parse-Application-Id' => $appId, 'X-Parse-REST-API-Key' => $restKey],
        ]);
    }

    /** Makes an account; the answer is its session token. */
    public function signUp(string $username, string $email, string $password): string
    {
        $account = ['username' => $username, 'email' => $email, 'password' => $password];
        return $this->token = $this->call('POST', 'users', $account)['sessionToken'];
    }

    public function logIn(string $username, string $password): string
    {
        $account = ['username' => $username, 'password' => $password];
        return $this->token = $this->call('POST', 'login', $account)['sessionToken'];
    }

    public function logOut(): void
    {
        $this->call('POST', 'logout', []);
        $this->token = null;
    }

    /** @return list<array<string, mixed>> */
    public function contacts(): array
    {
        return $this->find('Contact', [], 'name', 'company');
    }

    public function addContact(string $name, ?string $email = null, ?string $phone = null): string
    {
        return $this->create('Contact', ['name' => $name, 'email' => $email, 'phone' => $phone]);
    }

    /** Those that close first come first. @return list<array<string, mixed>> */
    public function deals(string $stage): array
    {
        return $this->find('Deal', ['stage' => $stage], 'expectedCloseDate', 'contact,company');
    }

    /** The deals of each stage, in one request. @return array<string, list<array<string, mixed>>> */
    public function board(): array
    {
        $columns = array_fill_keys(self::STAGES, []);
        foreach ($this->find('Deal', [], '-updatedAt', 'company') as $deal) {
            $columns[$deal['stage']][] = $deal;
        }
        return $columns;
    }

    public function addDeal(string $title, ?float $amount = null, string $stage = 'lead', ?string $contact = null): string
    {
        $pointer = $contact === null ? null : self::pointer('Contact', $contact);
        return $this->create('Deal', ['title' => $title, 'amount' => $amount, 'stage' => $stage, 'contact' => $pointer]);
    }

    public function move(string $deal, string $stage): void
    {
        $this->call('PUT', 'classes/Deal/' . rawurlencode($deal), ['stage' => $stage]);
    }

    /** @return list<array<string, mixed>> */
    public function activities(string $deal): array
    {
        return $this->find('Activity', ['relatedTo' => self::pointer('Deal', $deal)], '-createdAt');
    }

    /** A call, e-mail, meeting or note about a deal. */
    public function log(string $deal, string $type, string $subject): string
    {
        $about = self::pointer('Deal', $deal);
        return $this->create('Activity', ['type' => $type, 'subject' => $subject, 'relatedTo' => $about]);
    }

    /** @return array{__type: string, className: string, objectId: string} */
    private static function pointer(string $class, string $id): array
    {
        return ['__type' => 'Pointer', 'className' => $class, 'objectId' => $id];
    }

    /**
     * @param array<string, mixed> $where
     * @return list<array<string, mixed>>
     */
    private function find(string $class, array $where, string $order, string $include = ''): array
    {
        $query = ['where' => json_encode((object) $where), 'order' => $order, 'limit' => self::AT_MOST];
        return $this->call('GET', "classes/$class", query: $query + array_filter(['include' => $include]))['results'];
    }

    /** @param array<string, mixed> $columns */
    private function create(string $class, array $columns): string
    {
        $said = array_filter($columns, static fn (mixed $value): bool => $value !== null);
        return $this->call('POST', "classes/$class", $said)['objectId'];
    }

    /**
     * @param array<string, mixed>|null $body
     * @param array<string, mixed> $query
     * @return array<string, mixed>
     */
    private function call(string $method, string $path, ?array $body = null, array $query = []): array
    {
        $options = ['query' => $query, 'headers' => $this->token ? ['X-Parse-Session-Token' => $this->token] : []];
        if ($body !== null) {
            $options['json'] = (object) $body;
        }
        $answer = $this->http->request($method, $path, $options);
        $said = json_decode((string) $answer->getBody(), true, flags: JSON_THROW_ON_ERROR);
        if ($answer->getStatusCode() >= 400) {
            throw new Refused((string) ($said['error'] ?? 'The server could not answer.'), (int) ($said['code'] ?? 0));
        }
        return $said;
    }
}
