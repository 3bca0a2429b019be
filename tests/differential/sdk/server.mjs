// Parse.Schema, Parse.Config, Parse.Cloud, Parse.Analytics and the server's health.
import { MASTER, PASSWORD, Parse, TAG, named, row, run, signUp } from './record.mjs';

const me = await signUp('me');
const deal = named('deal', await row('Deal', { title: 'One' }).save());
const fields = schema => Object.fromEntries(Object.entries(schema.fields).filter(([name]) => name !== 'relatedTo'));
const rest = Parse.CoreManager.getRESTController();
const ask = (method, path, body = {}, options = {}) => rest.request(method, path, body, options);

await run({
  'health': () => Parse.getServerHealth(),
  'serverInfo': async () => Object.keys((await ask('GET', 'serverInfo', {}, MASTER)).features).sort(),
  'serverInfo without the master key': () => ask('GET', 'serverInfo'),
  'Config.get': async () => (await Parse.Config.get()).attributes,
  'Config.get of nothing': async () => (await Parse.Config.get()).get('nothing'),
  'Config.current': () => Parse.Config.current().attributes,
  'Config.save': async () => { await Parse.Config.save({ limit: 5, word: 'w' }, { word: true }); const mine = await Parse.Config.get(); const all = await Parse.Config.get(MASTER); return [mine.get('limit'), mine.get('word'), all.get('limit'), all.get('word')]; },
  'Config.save without the master key': () => ask('PUT', 'config', { params: { a: 1 } }),
  'Schema.all': async () => (await Parse.Schema.all()).map(one => one.className).filter(name => /^(_User|_Role|_Session|Deal|Contact|Company|Activity)$/.test(name)).sort(),
  'Schema.get: Deal': async () => fields(await new Parse.Schema('Deal').get()),
  'Schema.get: Contact': async () => fields(await new Parse.Schema('Contact').get()),
  'Schema.get: Company': async () => fields(await new Parse.Schema('Company').get()),
  'Schema.get: Activity': async () => fields(await new Parse.Schema('Activity').get()),
  'Schema.get: _User': async () => fields(await new Parse.Schema('_User').get()),
  'Schema.get: _Role': async () => await new Parse.Schema('_Role').get(),
  'Schema.get: _Session': async () => await new Parse.Schema('_Session').get(),
  'Schema.get: permissions': async () => (await new Parse.Schema('Deal').get()).classLevelPermissions,
  'Schema.get of nothing': () => new Parse.Schema('NoSuch').get(),
  'Schema.save of what is there': () => new Parse.Schema('Deal').save(),
  'Schema.update: a column as it is': async () => fields(await new Parse.Schema('Deal').addString('notes').update()).notes,
  'Schema.update: a column of another type': () => new Parse.Schema('Deal').addNumber('title').update(),
  'Schema.update of nothing': () => new Parse.Schema('NoSuch').addString('x').update(),
  'Schema.update: permissions': async () => { const clp = { find: { requiresAuthentication: true }, get: { requiresAuthentication: true }, count: { requiresAuthentication: true }, create: { requiresAuthentication: true }, update: { requiresAuthentication: true }, delete: { requiresAuthentication: true }, addField: {} }; const schema = new Parse.Schema('Deal'); schema.setCLP(clp); return (await schema.update()).classLevelPermissions; },
  'Schema.delete of what has rows': () => new Parse.Schema('Deal').delete().catch(error => error.code),
  'Schema.deleteField of nothing': () => new Parse.Schema('Deal').deleteField('nosuch').update(),
  'schemas without the master key': () => ask('GET', 'schemas'),
  'Cloud.run of nothing': () => Parse.Cloud.run('nothing', { a: 1 }),
  'Cloud.startJob of nothing': () => Parse.Cloud.startJob('nothing', {}),
  'Cloud.startJob without the master key': () => ask('POST', 'jobs/nothing', {}),
  'Cloud.getJobsData': () => Parse.Cloud.getJobsData(),
  'Cloud.getJobStatus of nothing': () => Parse.Cloud.getJobStatus('aaaaaaaaaa'),
  'Analytics.track': () => Parse.Analytics.track('event', { a: 'b' }),
  'Hooks.getFunctions': () => Parse.Hooks.getFunctions(),
  'Hooks.getTriggers': () => Parse.Hooks.getTriggers(),
  'Push.send': () => Parse.Push.send({ where: new Parse.Query(Parse.Installation), data: { alert: 'x' } }, MASTER),
  'Push without the master key': () => ask('POST', 'push', { data: {}, where: {} }),
  'a class that there is not, with the master key': async () => [await new Parse.Query('NoSuch').find(MASTER), await new Parse.Query('NoSuch').count(MASTER), await new Parse.Query('NoSuch').get('aaaaaaaaaa', MASTER).catch(error => error.code)],
  'EventuallyQueue: save': async () => { const one = row('Deal', { title: `later ${TAG}` }); await one.saveEventually(); await new Promise(done => setTimeout(done, 1500)); return new Parse.Query('Deal').equalTo('title', `later ${TAG}`).count(); },
  'EventuallyQueue: destroy': async () => { const one = await row('Deal', { title: 'soon gone' }).save(); await one.destroyEventually(); await new Promise(done => setTimeout(done, 1500)); return new Parse.Query('Deal').equalTo('objectId', one.id).count(); },
  'batch by hand': () => ask('POST', 'batch', { requests: [{ method: 'PUT', path: `${new URL(Parse.serverURL).pathname}/classes/Deal/${deal.id}`, body: { amount: 3 } }] }).then(lines => lines.map(line => Object.keys(line.success).sort())),
  'batch by hand, reading': () => ask('POST', 'batch', { requests: [{ method: 'GET', path: `${new URL(Parse.serverURL).pathname}/classes/Deal/${deal.id}`, body: {} }] }).then(lines => lines[0].success.title),
  'an unknown route': () => ask('GET', 'nothing').catch(error => typeof error),
  'the end': async () => (await Parse.User.logIn(me.getUsername(), PASSWORD)).getUsername(),
});
