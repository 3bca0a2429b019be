// Parse.Query: every method that makes sense for columns like ours.
import { MASTER, Parse, TAG, everybody, named, row, run, signUp } from './record.mjs';

const me = await signUp('me');
const company = named('acme', await row('Company', { name: `Acme ${TAG}`, industry: 'Tools' }).save());
const bare = named('bare', await row('Company', { name: `Bare ${TAG}` }).save());
const ada = named('ada', await row('Contact', { name: 'Ada Adams', email: 'ada@x.example', company }).save());
const bob = named('bob', await row('Contact', { name: 'Bob Brown', phone: '1', company }).save());
const cyn = named('cyn', await row('Contact', { name: 'Cyn Clark', company: bare }).save());
const day = number => new Date(Date.UTC(2031, 2, number));
function shared() {
  const acl = everybody();
  acl.setReadAccess(me, true);
  acl.setWriteAccess(me, true);
  return acl;
}
const DEALS = [
  { title: 'Alpha one', amount: 100, stage: 'lead', expectedCloseDate: day(3), contact: ada, notes: 'one two three' },
  { title: 'Alpha two', amount: 200.5, stage: 'qualified', expectedCloseDate: day(1), assignedTo: me, ACL: shared() },
  { title: 'Beta.*one', amount: 300, stage: 'qualified', notes: 'Quoted \\E text' },
  { title: 'beta three', stage: 'won', expectedCloseDate: day(2), contact: bob },
  { title: 'Gamma', amount: 100, stage: 'lost', notes: 'Line one\nLine two', contact: cyn },
  { title: "Delta's 100%_", amount: -5, stage: 'lead', notes: '' },
  { title: 'Épsilon ü', amount: 0, stage: 'negotiation', contact: ada },
];
const deals = await Parse.Object.saveAll(DEALS.map(columns => row('Deal', { ...columns, company })));
deals.forEach((deal, number) => named(`deal${number}`, deal));
await Parse.Object.saveAll([
  row('Activity', { subject: 'First call', type: 'call', relatedTo: deals[0], dueDate: new Date('2031-03-01T08:30:15.123Z') }),
  row('Activity', { subject: 'Second', type: 'email', relatedTo: deals[1], completedAt: day(4) }),
  row('Activity', { subject: 'Nothing', type: 'note' }),
  ...['One', 'Two', 'Three'].map(name => row('Company', { name: `${name} ${TAG}`, notes: TAG, industry: name[0] })),
]);

const all = () => new Parse.Query('Deal').equalTo('company', company);
const titles = async query => (await query.find()).map(deal => deal.get('title'));
const sorted = async query => (await titles(query)).sort();
const plain = rows => rows.map(each => each.toJSON()).sort((one, other) => (one.title < other.title ? -1 : 1));
const contacts = () => new Parse.Query('Contact').containedIn('company', [company, bare]);
const summed = pipeline => new Parse.Query('Company').aggregate(pipeline);
const counted = async pipeline => (await new Parse.Query('Company').aggregate(pipeline)).map(one => [one.objectId, one.n]).sort();
const steps = {};
const each = (name, build) => (steps[name] = () => sorted(build(all())));

each('equalTo text', q => q.equalTo('title', 'Gamma'));
each('equalTo number', q => q.equalTo('amount', 100));
each('equalTo zero', q => q.equalTo('amount', 0));
each('equalTo null', q => q.equalTo('amount', null));
each('equalTo undefined', q => q.equalTo('contact', undefined));
each('equalTo empty text', q => q.equalTo('notes', ''));
each('equalTo pointer', q => q.equalTo('contact', ada));
each('equalTo pointer without data', q => q.equalTo('contact', Parse.Object.createWithoutData.call(Parse.Object.extend('Contact'), ada.id)));
each('equalTo date', q => q.equalTo('expectedCloseDate', day(2)));
each('equalTo another date', q => q.equalTo('expectedCloseDate', day(20)));
each('equalTo user', q => q.equalTo('assignedTo', me));
each('equalTo with an object', q => q.equalTo({ stage: 'qualified', amount: 300 }));
each('equalTo objectId', q => q.equalTo('objectId', deals[0].id));
each('equalTo a column that there is not', q => q.equalTo('nosuch', 1));
each('notEqualTo a column that there is not', q => q.notEqualTo('nosuch', 1));
each('notEqualTo text', q => q.notEqualTo('stage', 'lead'));
each('notEqualTo number', q => q.notEqualTo('amount', 100));
each('notEqualTo null', q => q.notEqualTo('amount', null));
each('notEqualTo pointer', q => q.notEqualTo('contact', ada));
each('notEqualTo with an object', q => q.notEqualTo({ stage: 'lead', title: 'Gamma' }));
each('lessThan', q => q.lessThan('amount', 100));
each('lessThan zero', q => q.lessThan('amount', 0));
each('lessThanOrEqualTo', q => q.lessThanOrEqualTo('amount', 100));
each('greaterThan', q => q.greaterThan('amount', 100));
each('greaterThan zero', q => q.greaterThan('amount', 0));
each('greaterThanOrEqualTo', q => q.greaterThanOrEqualTo('amount', 200.5));
each('a range', q => q.greaterThan('amount', 0).lessThan('amount', 300));
each('lessThan date', q => q.lessThan('expectedCloseDate', day(2)));
each('lessThanOrEqualTo date', q => q.lessThanOrEqualTo('expectedCloseDate', day(2)));
each('greaterThan date', q => q.greaterThan('expectedCloseDate', day(1)));
each('greaterThanOrEqualTo date', q => q.greaterThanOrEqualTo('expectedCloseDate', day(2)));
each('lessThan text', q => q.lessThan('title', 'Beta'));
each('greaterThan createdAt', q => q.greaterThan('createdAt', new Date(Date.now() - 3600000)));
each('lessThan createdAt', q => q.lessThan('createdAt', new Date(Date.now() - 3600000)));
each('containedIn', q => q.containedIn('stage', ['won', 'lost', 'nowhere']));
each('containedIn numbers', q => q.containedIn('amount', [100, 0, 7]));
each('containedIn nothing, of what all have', q => q.containedIn('stage', []));
each('containedIn pointers', q => q.containedIn('contact', [ada, bob]));
each('containedIn ids', q => q.containedIn('objectId', [deals[0].id, deals[1].id]));
each('notContainedIn', q => q.notContainedIn('stage', ['won', 'lost']));
each('notContainedIn with rows that have none', q => q.notContainedIn('amount', [100]));
each('notContainedIn nothing', q => q.notContainedIn('amount', []));
each('notContainedIn pointers', q => q.notContainedIn('contact', [ada]));
each('exists', q => q.exists('amount'));
each('exists pointer', q => q.exists('contact'));
each('exists, of a column that there is not', q => q.exists('nosuch'));
each('doesNotExist', q => q.doesNotExist('amount'));
each('doesNotExist date', q => q.doesNotExist('expectedCloseDate'));
each('doesNotExist, of a column that there is not', q => q.doesNotExist('nosuch'));
each('startsWith', q => q.startsWith('title', 'Alpha'));
each('startsWith, in another case', q => q.startsWith('title', 'alpha'));
each('startsWith signs', q => q.startsWith('title', 'Beta.*'));
each('endsWith', q => q.endsWith('title', 'one'));
each('endsWith signs', q => q.endsWith('title', '%_'));
each('contains', q => q.contains('title', 'a.*o'));
each('contains a quote', q => q.contains('title', "'s"));
each('contains the end of quoting', q => q.contains('notes', '\\E te'));
each('contains letters of others', q => q.contains('title', 'ü'));
each('matches', q => q.matches('title', /^beta/));
each('matches in any case', q => q.matches('title', /^beta/i));
each('matches text with options', q => q.matches('notes', 'LINE\\s+two', 'i'));
each('matches an alternative', q => q.matches('title', /Gamma|Delta/));
each('fullText', q => q.fullText('notes', 'two'));
each('fullText with a language', q => q.fullText('notes', 'quoted', { language: 'english' }));
each('or', () => Parse.Query.or(all().equalTo('stage', 'won'), all().greaterThan('amount', 250)));
each('or of three, with more', () => Parse.Query.or(all().equalTo('stage', 'won'), all().equalTo('stage', 'lost'), all().equalTo('stage', 'lead')).exists('contact'));
each('and', () => Parse.Query.and(all().equalTo('amount', 100), all().equalTo('stage', 'lost')));
each('nor', () => Parse.Query.nor(all().equalTo('stage', 'won'), all().equalTo('stage', 'lost')).equalTo('company', company));
each('nor with rows that have none', () => Parse.Query.nor(all().greaterThan('amount', 100)).equalTo('company', company));
each('or in and', () => Parse.Query.and(Parse.Query.or(all().equalTo('amount', 100), all().equalTo('amount', 300)), all().notEqualTo('stage', 'lead')));
each('matchesQuery', q => q.matchesQuery('contact', contacts().startsWith('name', 'Ada')));
each('matchesQuery, nested', q => q.matchesQuery('contact', new Parse.Query('Contact').matchesQuery('company', new Parse.Query('Company').equalTo('name', `Bare ${TAG}`))));
each('matchesQuery with a limit', q => q.matchesQuery('contact', contacts().ascending('name').limit(1)));
each('doesNotMatchQuery', q => q.doesNotMatchQuery('contact', contacts().startsWith('name', 'Ada')));
each('doesNotMatchQuery of what all have', q => q.exists('contact').doesNotMatchQuery('contact', contacts().startsWith('name', 'Ada')));
each('doesNotMatchQuery without a match', q => q.doesNotMatchQuery('contact', contacts().equalTo('name', 'nobody')));
each('matchesKeyInQuery', q => q.matchesKeyInQuery('title', 'name', new Parse.Query('Contact').equalTo('company', company)));
each('matchesKeyInQuery of pointers', q => q.matchesKeyInQuery('company', 'company', contacts().equalTo('name', 'Ada Adams')));
each('doesNotMatchKeyInQuery', q => q.doesNotMatchKeyInQuery('title', 'name', contacts()));
each('matchesKeyInQuery that matches', q => q.matchesKeyInQuery('title', 'title', all().equalTo('stage', 'lead')));
each('doesNotMatchKeyInQuery that matches', q => q.doesNotMatchKeyInQuery('title', 'title', all().equalTo('stage', 'lead')));
each('doesNotMatchKeyInQuery where some have none', q => q.doesNotMatchKeyInQuery('amount', 'amount', all().equalTo('stage', 'lead')));
each('select', q => q.select('title'));

Object.assign(steps, {
  'find, whole rows': async () => plain(await all().find()),
  'find as JSON': async () => (await all().ascending('title').find({ json: true })).map(one => one.title),
  'ascending': () => titles(all().exists('expectedCloseDate').ascending('expectedCloseDate')),
  'descending': () => titles(all().exists('expectedCloseDate').descending('expectedCloseDate')),
  'ascending by two': () => titles(all().exists('amount').ascending('amount', 'title')),
  'ascending, then descending': () => titles(all().exists('amount').ascending('amount').addDescending('title')),
  'addAscending': () => titles(all().ascending('stage').addAscending('title')),
  'descending by several in one': () => titles(all().descending('stage,title')),
  'ascending with rows that have none': () => titles(all().ascending('amount', 'title')),
  'descending with rows that have none': () => titles(all().descending('amount').addAscending('title')),
  'ascending by createdAt': async () => (await titles(all().ascending('createdAt'))).length,
  'ascending by a column that there is not': () => titles(all().ascending('nosuch').addAscending('title')),
  'limit': () => titles(all().ascending('title').limit(2)),
  'limit 0': () => titles(all().limit(0)),
  'limit of very many': async () => (await all().limit(100000).find()).length,
  'limit -1': async () => (await all().limit(-1).find()).length,
  'skip': () => titles(all().ascending('title').skip(5)),
  'skip beyond': () => titles(all().skip(500)),
  'limit and skip': () => titles(all().ascending('title').limit(2).skip(2)),
  'withCount': async () => {
    const { results, count } = await all().ascending('title').limit(2).withCount().find();
    return { count, titles: results.map(one => one.get('title')) };
  },
  'withCount, limit 0': () => all().limit(0).withCount().find(),
  'count': () => all().count(),
  'count of a part': () => all().exists('amount').count(),
  'count with limit and skip': () => all().limit(1).skip(3).count(),
  'first': async () => (await all().descending('amount').exists('amount').first()).get('title'),
  'first of nothing': () => all().equalTo('title', 'nobody').first(),
  'first as JSON': async () => (await all().equalTo('title', 'Gamma').first({ json: true })).title,
  'get': async () => (await new Parse.Query('Deal').get(deals[0].id)).get('title'),
  'get of nothing': () => new Parse.Query('Deal').get('aaaaaaaaaa'),
  'get of a long id': () => new Parse.Query('Deal').get('a'.repeat(40)),
  'get with include': async () => (await new Parse.Query('Deal').include('contact').get(deals[0].id)).get('contact').get('name'),
  'each': async () => {
    const seen = [];
    await all().each(deal => void seen.push(deal.get('title')), { batchSize: 2 });
    return seen.sort();
  },
  'eachBatch': async () => {
    const sizes = [];
    await all().eachBatch(batch => void sizes.push(batch.length), { batchSize: 3 });
    return sizes;
  },
  'map': async () => (await all().map(deal => deal.get('amount') ?? 'none')).map(String).sort(),
  'reduce': () => all().reduce((sum, deal) => sum + (deal.get('amount') ?? 0), 0),
  'filter': async () => (await all().filter(deal => deal.get('stage') === 'lead')).map(deal => deal.get('title')).sort(),
  'findAll': async () => (await all().findAll({ batchSize: 2 })).length,
  'each with an order': () => all().ascending('title').each(() => {}),
  'select one': async () => plain(await all().equalTo('title', 'Gamma').select('title', 'amount').find()),
  'select a part of an included row': async () => plain(await all().equalTo('title', 'Gamma').include('contact').select('title', 'contact.name').find()),
  'exclude': async () => plain(await all().equalTo('title', 'Gamma').exclude('notes', 'contact').find()),
  'include': async () => plain(await all().equalTo('title', 'Alpha one').include('contact').find()),
  'include two deep': async () => plain(await all().equalTo('title', 'Alpha one').include('contact.company').find()),
  'include a list': async () => plain(await all().equalTo('title', 'Alpha one').include(['contact', 'company']).find()),
  'includeAll': async () => plain(await all().equalTo('title', 'Alpha two').includeAll().find()),
  'include of no pointer': async () => plain(await all().equalTo('title', 'Gamma').include('title').find()),
  'include of a column that there is not': async () => plain(await all().equalTo('title', 'Gamma').include('nosuch').find()),
  'include of nothing there': async () => plain(await all().equalTo('title', 'Beta.*one').include('contact').find()),
  'include a user': async () => (await all().equalTo('title', 'Alpha two').include('assignedTo').first()).get('assignedTo').get('username'),
  'fromJSON and toJSON': () => Parse.Query.fromJSON('Deal', all().equalTo('stage', 'won').toJSON()).count(),
  'distinct': async () => (await all().distinct('stage').catch(error => error.code)),
  'distinct with the master key': async () => (await all().distinct('stage')).sort(),
  'distinct of numbers': async () => (await all().distinct('amount')).sort((one, other) => one - other),
  'distinct of a column that there is not': () => all().distinct('nosuch'),
  'aggregate: group': () => counted([{ $match: { notes: TAG } }, { $group: { _id: '$industry', n: { $sum: 1 } } }]),
  'aggregate: group by objectId': () => counted([{ match: { notes: TAG } }, { group: { objectId: '$industry', n: { $sum: 1 } } }]),
  'aggregate: group without a match': () => counted([{ $match: { name: 'nobody' } }, { $group: { _id: '$industry' } }]),
  'aggregate: sort': async () => (await summed([{ $match: { notes: TAG } }, { $sort: { name: -1 } }])).map(one => one.name),
  'aggregate: sort and limit': async () => (await summed([{ $match: { notes: TAG } }, { $sort: { name: 1 } }, { $limit: 2 }])).map(one => one.name),
  'aggregate: project': async () => (await summed([{ $match: { notes: TAG } }, { $project: { name: 1 } }])).map(one => one.name).sort(),
  'aggregate: nonsense': () => all().aggregate({ nonsense: {} }).then(rows => rows.length),
  'a class that there is not': () => new Parse.Query('NoSuch').find(),
  'count of a class that there is not': () => new Parse.Query('NoSuch').count(),
  'a bad column': () => new Parse.Query('Deal').equalTo('no such', 1).find(),
  'text where a number is': () => all().equalTo('amount', 'text').find().then(rows => rows.length, error => error.code === 1 || error.code === 102),
  'a query of users': async () => (await new Parse.Query(Parse.User).equalTo('objectId', me.id).find()).map(one => one.get('username')),
  'a query by pointer to me': async () => sorted(all().equalTo('assignedTo', Parse.User.current())),
  'activities of a deal': async () => (await new Parse.Query('Activity').equalTo('relatedTo', deals[0]).find()).map(one => one.toJSON()),
  'activities of open deals': async () => (await new Parse.Query('Activity').matchesQuery('relatedTo', all().equalTo('stage', 'lead')).find()).map(one => one.get('subject')),
  'activities with their deals': async () => (await new Parse.Query('Activity').equalTo('subject', 'Second').equalTo('createdBy', me).include('relatedTo.company').first()).get('relatedTo').get('company').get('name'),
  'due at an exact time': async () => (await new Parse.Query('Activity').equalTo('dueDate', new Date('2031-03-01T08:30:15.123Z')).equalTo('createdBy', me).find()).map(one => one.get('dueDate').toISOString()),
  'cancel': async () => { const query = all(); const found = query.find(); query.cancel(); return (await found.then(() => 'done', error => error.message ?? 'cancelled')).length >= 0; },
  'hint, comment and read preference': async () => (await all().hint('_id_').comment('why').readPreference('SECONDARY').find()).length,
  'explain': () => all().explain().find().then(() => 'explained', error => typeof error.code),
  'near': () => all().near('title', new Parse.GeoPoint(1, 1)).find().then(() => 'found', () => 'refused'),
  'without signing in': async () => { await Parse.User.logOut(); return new Parse.Query('Deal').find(); },
  'count without signing in': () => new Parse.Query('Deal').count(),
  'with the master key': async () => sorted({ find: () => all().find(MASTER) }),
});

await run(steps);
