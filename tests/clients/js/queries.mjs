// Asking: every kind of condition that the SDK has for columns like ours.
import assert from 'node:assert/strict';

import { Parse, acme, refusal, row, run, signUp } from './steps.mjs';

const { equal, deepEqual, ok } = assert;
const me = await signUp();
const { company, contact } = await acme();
const day = number => new Date(Date.UTC(2031, 0, number));

const DEALS = [
  { title: 'Alpha one', amount: 100, stage: 'lead', expectedCloseDate: day(3), contact },
  { title: 'Alpha two', amount: 200, stage: 'qualified', expectedCloseDate: day(1), assignedTo: me },
  { title: 'Beta.*one', amount: 300, stage: 'qualified', notes: 'Quoted \\E text' },
  { title: 'beta three', stage: 'won', expectedCloseDate: day(2), contact },
  { title: 'Gamma', amount: 100, stage: 'lost', notes: 'Line one\nLine two' },
];
await Parse.Object.saveAll(DEALS.map(columns => row('Deal', { ...columns, company })));

const deals = () => new Parse.Query('Deal').equalTo('company', company);
const titles = async query => (await query.find()).map(deal => deal.get('title'));
const sorted = async query => (await titles(query)).sort();
const given = (...numbers) => numbers.map(number => DEALS[number].title).sort();

await run({
  'equal and not equal': async () => {
    deepEqual(await sorted(deals().equalTo('stage', 'qualified')), given(1, 2));
    deepEqual(await sorted(deals().notEqualTo('stage', 'qualified')), given(0, 3, 4));
    deepEqual(await sorted(deals().notEqualTo('amount', 100)), given(1, 2, 3));
  },
  'less and greater': async () => {
    deepEqual(await sorted(deals().lessThan('amount', 200)), given(0, 4));
    deepEqual(await sorted(deals().lessThanOrEqualTo('amount', 200)), given(0, 1, 4));
    deepEqual(await sorted(deals().greaterThan('amount', 100).lessThan('amount', 300)), given(1));
    deepEqual(await sorted(deals().greaterThanOrEqualTo('expectedCloseDate', day(2))), given(0, 3));
  },
  'in and not in': async () => {
    deepEqual(await sorted(deals().containedIn('stage', ['won', 'lost', 'nowhere'])), given(3, 4));
    deepEqual(await sorted(deals().notContainedIn('stage', ['won', 'lost'])), given(0, 1, 2));
  },
  'there or not there': async () => {
    deepEqual(await sorted(deals().exists('amount')), given(0, 1, 2, 4));
    deepEqual(await sorted(deals().doesNotExist('expectedCloseDate')), given(2, 4));
    deepEqual(await sorted(deals().exists('contact')), given(0, 3));
  },
  'the beginning, the end and a part of a text': async () => {
    deepEqual(await sorted(deals().startsWith('title', 'Alpha')), given(0, 1));
    deepEqual(await sorted(deals().endsWith('title', 'one')), given(0, 2));
    deepEqual(await sorted(deals().contains('title', 'a.*o')), given(2));
    deepEqual(await sorted(deals().contains('notes', '\\E te')), given(2));
  },
  'expressions with their options': async () => {
    deepEqual(await sorted(deals().matches('title', /^beta/)), given(3));
    deepEqual(await sorted(deals().matches('title', /^beta/i)), given(2, 3));
    deepEqual(await sorted(deals().matches('notes', 'LINE\\s+two', 'i')), given(4));
  },
  'or, and, nor': async () => {
    const won = deals().equalTo('stage', 'won');
    const dear = deals().greaterThan('amount', 250);
    deepEqual(await sorted(Parse.Query.or(won, dear)), given(2, 3));
    deepEqual(await sorted(Parse.Query.and(deals().equalTo('amount', 100), deals().equalTo('stage', 'lost'))), given(4));
    deepEqual(await sorted(Parse.Query.nor(won, dear).equalTo('company', company)), given(0, 1, 4));
  },
  'order by one column and by several, both ways': async () => {
    const dated = () => deals().exists('expectedCloseDate');
    deepEqual(await titles(dated().ascending('expectedCloseDate')), ['Alpha two', 'beta three', 'Alpha one']);
    deepEqual(await titles(dated().descending('expectedCloseDate')), ['Alpha one', 'beta three', 'Alpha two']);
    const priced = deals().exists('amount').ascending('amount').addDescending('title');
    deepEqual(await titles(priced), ['Gamma', 'Alpha one', 'Alpha two', 'Beta.*one']);
  },
  'pages and their count': async () => {
    const page = deals().ascending('title').limit(2).skip(1).withCount();
    const { results, count } = await page.find();
    equal(count, 5);
    deepEqual(results.map(deal => deal.get('title')), ['Alpha two', 'Beta.*one']);
    equal(await deals().count(), 5);
    deepEqual((await deals().limit(0).withCount().find()).results, []);
  },
  'first, each and all': async () => {
    equal((await deals().descending('amount').exists('amount').first()).get('title'), 'Beta.*one');
    equal(await deals().equalTo('title', 'nobody').first(), undefined);
    const seen = [];
    await deals().each(deal => void seen.push(deal.get('title')), { batchSize: 2 });
    deepEqual(seen.sort(), given(0, 1, 2, 3, 4));
    equal((await deals().findAll({ batchSize: 2 })).length, 5);
  },
  'a selection of columns': async () => {
    const [deal] = await deals().equalTo('title', 'Gamma').select('title', 'amount').find();
    const columns = Object.keys(deal.toJSON()).filter(name => name !== 'ACL');
    deepEqual(columns.sort(), ['amount', 'createdAt', 'objectId', 'title', 'updatedAt']);
    const [bare] = await deals().equalTo('title', 'Gamma').exclude('notes').find();
    equal(bare.has('notes'), false);
    equal(bare.get('amount'), 100);
  },
  'included rows, one deep and two deep': async () => {
    const [deal] = await deals().equalTo('title', 'Alpha one').include('contact', 'contact.company').find();
    equal(deal.get('contact').get('name'), 'Ada Adams');
    equal(deal.get('contact').get('company').get('name'), company.get('name'));
    const [all] = await deals().equalTo('title', 'Alpha one').includeAll().find();
    equal(all.get('company').get('name'), company.get('name'));
  },
  'rows behind a pointer': async () => {
    const named = new Parse.Query('Contact').equalTo('name', 'Ada Adams').equalTo('company', company);
    deepEqual(await sorted(deals().matchesQuery('contact', named)), given(0, 3));
    deepEqual(await sorted(deals().equalTo('contact', contact)), given(0, 3));
    deepEqual(await sorted(deals().exists('contact').doesNotMatchQuery('contact', named)), []);
  },
  'keys of another query': async () => {
    await row('Contact', { name: 'Gamma', company }).save();
    const names = new Parse.Query('Contact').equalTo('company', company);
    deepEqual(await sorted(deals().matchesKeyInQuery('title', 'name', names)), given(4));
    deepEqual(await sorted(deals().doesNotMatchKeyInQuery('title', 'name', names)), given(0, 1, 2, 3));
  },
  'text search': async () => {
    const [deal] = await deals().fullText('title', 'gamma').find();
    equal(deal.get('title'), 'Gamma');
  },
  'times of the row itself': async () => {
    const [deal] = await deals().equalTo('title', 'Gamma').find();
    deepEqual(await sorted(deals().equalTo('objectId', deal.id)), given(4));
    ok((await deals().greaterThan('createdAt', new Date(deal.createdAt - 60_000)).count()) >= 5);
    equal(await deals().lessThan('updatedAt', new Date('2020-01-01')).count(), 0);
  },
  'a query from JSON asks the same': async () => {
    const copy = Parse.Query.fromJSON('Deal', deals().equalTo('stage', 'lead').ascending('title').toJSON());
    deepEqual(await titles(copy), ['Alpha one']);
  },
  'nonsense is refused by code': async () => {
    const bent = deals();
    bent._where.$or = 'text';
    equal(await refusal(bent.find()), Parse.Error.INVALID_QUERY);
    equal(await refusal(new Parse.Query('NoSuchClass').find()), Parse.Error.OPERATION_FORBIDDEN);
  },
});
