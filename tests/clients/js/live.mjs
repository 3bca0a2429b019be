// Live queries with the SDK's own client: every event, what is in it, and what ends it.
import assert from 'node:assert/strict';

import { PASSWORD, Parse, acme, refusal, row, run, signUp, unique } from './steps.mjs';

const { equal, deepEqual, ok } = assert;
const me = await signUp();
const { company } = await acme();
const deals = () => new Parse.Query('Deal').equalTo('company', company);
const acl = (...readers) => {
  const found = new Parse.ACL(me);
  for (const reader of readers) found.setReadAccess(reader, true);
  return found;
};

// Events of a subscription in their order; `next` waits for the following one.
function listen(subscription) {
  const heard = [];
  const waiting = [];
  const put = event => (waiting.length ? waiting.shift()(event) : heard.push(event));
  for (const kind of ['create', 'update', 'enter', 'leave', 'delete']) {
    subscription.on(kind, (object, original) => put({ kind, object, original: original?.className ? original : undefined }));
  }
  return {
    heard,
    next: () => (heard.length ? Promise.resolve(heard.shift()) : new Promise(resolve => waiting.push(resolve))),
  };
}

async function subscribed(query, token = me.getSessionToken()) {
  const subscription = await query.subscribe(token);
  await subscription.subscribePromise;
  return { subscription, ...listen(subscription) };
}

// Another session, with a client of its own.
async function second() {
  const name = unique('listener');
  const answer = await fetch(`${Parse.serverURL}/users`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'X-Parse-Application-Id': process.env.PARSE_APP_ID,
      'X-Parse-Javascript-Key': process.env.PARSE_JS_KEY,
    },
    body: JSON.stringify({ username: name, password: PASSWORD, email: `${name}@parsley.example` }),
  });
  const { objectId, sessionToken } = await answer.json();
  const client = new Parse.LiveQueryClient({
    applicationId: process.env.PARSE_APP_ID,
    javascriptKey: process.env.PARSE_JS_KEY,
    serverURL: Parse.serverURL.replace(/^http/, 'ws'),
    sessionToken,
  });
  client.open();
  return { id: objectId, token: sessionToken, client };
}

async function logOut(token) {
  await fetch(`${Parse.serverURL}/logout`, {
    method: 'POST',
    headers: {
      'X-Parse-Application-Id': process.env.PARSE_APP_ID,
      'X-Parse-Javascript-Key': process.env.PARSE_JS_KEY,
      'X-Parse-Session-Token': token,
    },
  });
}

await run({
  'created, updated and deleted': async () => {
    const { subscription, next } = await subscribed(deals());
    const deal = await row('Deal', { title: 'Live', stage: 'lead', amount: 5, company }).save();
    const created = await next();
    deepEqual([created.kind, created.object.id, created.object.get('title')], ['create', deal.id, 'Live']);
    equal(created.object.get('company').id, company.id);
    ok(created.object.createdAt instanceof Date);
    await deal.save({ title: 'Livelier' });
    const updated = await next();
    deepEqual([updated.kind, updated.object.get('title'), updated.original.get('title')], ['update', 'Livelier', 'Live']);
    deal.unset('amount');
    await deal.save();
    equal((await next()).object.get('amount'), undefined);
    await deal.destroy();
    const deleted = await next();
    deepEqual([deleted.kind, deleted.object.id], ['delete', deal.id]);
    await subscription.unsubscribe();
  },
  'entering and leaving a condition': async () => {
    const { subscription, next } = await subscribed(deals().equalTo('stage', 'won').greaterThan('amount', 10));
    const deal = await row('Deal', { title: 'Moves', stage: 'lead', amount: 20, company }).save();
    await deal.save({ stage: 'won' });
    const entered = await next();
    deepEqual([entered.kind, entered.original.get('stage')], ['enter', 'lead']);
    await deal.save({ amount: 5 });
    const left = await next();
    deepEqual([left.kind, left.object.get('amount'), left.original.get('amount')], ['leave', 5, 20]);
    await subscription.unsubscribe();
  },
  'patterns, lists and alternatives': async () => {
    const starting = deals().startsWith('title', 'Alpha');
    const either = Parse.Query.or(starting, deals().containedIn('stage', ['won', 'lost']));
    const { subscription, next } = await subscribed(either);
    await row('Deal', { title: 'Beta', stage: 'lead', company }).save();
    await row('Deal', { title: 'Alpha', stage: 'lead', company }).save();
    await row('Deal', { title: 'Gamma', stage: 'lost', company }).save();
    deepEqual([(await next()).object.get('title'), (await next()).object.get('title')], ['Alpha', 'Gamma']);
    await subscription.unsubscribe();
  },
  'a selection of columns, and columns to watch': async () => {
    const deal = await row('Deal', { title: 'Watched', stage: 'lead', amount: 1, company }).save();
    const few = await subscribed(deals().equalTo('objectId', deal.id).select('title'));
    await deal.save({ title: 'Seen' });
    const { object } = await few.next();
    deepEqual([object.get('title'), object.get('amount')], ['Seen', undefined]);
    await few.subscription.unsubscribe();
    const watching = deals().equalTo('objectId', deal.id);
    if (!watching.watch) return; // older majors have no such word
    const one = await subscribed(watching.watch('amount'));
    await deal.save({ title: 'Not told' });
    await deal.save({ amount: 2 });
    equal((await one.next()).object.get('amount'), 2);
    await one.subscription.unsubscribe();
  },
  'rows of others are silent until they are shared, and gone when they are not': async () => {
    const other = await second();
    const subscription = other.client.subscribe(deals(), other.token);
    await subscription.subscribePromise;
    const { next } = listen(subscription);
    const deal = await row('Deal', { title: 'Mine', stage: 'lead', company, ACL: acl() }).save();
    await deal.save({ title: 'Still mine' });
    await deal.save({ ACL: acl(other.id) });
    const entered = await next();
    deepEqual([entered.kind, entered.object.get('title'), entered.original], ['enter', 'Still mine', undefined]);
    await deal.save({ ACL: acl() });
    const left = await next();
    deepEqual([left.kind, left.object.id], ['leave', deal.id]);
    await deal.save({ title: 'Mine again' });
    await deal.save({ ACL: acl(other.id) });
    equal((await next()).object.get('title'), 'Mine again');
    await other.client.close();
  },
  'who is not signed in is refused': async () => {
    const client = new Parse.LiveQueryClient({
      applicationId: process.env.PARSE_APP_ID,
      javascriptKey: process.env.PARSE_JS_KEY,
      serverURL: Parse.serverURL.replace(/^http/, 'ws'),
    });
    client.open();
    const subscription = client.subscribe(deals());
    subscription.on('error', () => {});
    equal(await refusal(subscription.subscribePromise), Parse.Error.OBJECT_NOT_FOUND);
    await client.close();
  },
  'a change by batch is told row by row': async () => {
    const { subscription, next } = await subscribed(deals());
    const rows = ['One', 'Two', 'Three'].map(title => row('Deal', { title, stage: 'lead', company }));
    await Parse.Object.saveAll(rows);
    const titles = [await next(), await next(), await next()].map(({ object }) => object.get('title'));
    deepEqual(titles.sort(), ['One', 'Three', 'Two']);
    await subscription.unsubscribe();
  },
  'each class of records is live': async () => {
    const contacts = await subscribed(new Parse.Query('Contact').equalTo('company', company));
    const contact = await row('Contact', { name: 'Bo', company }).save();
    equal((await contacts.next()).object.id, contact.id);
    const about = await subscribed(new Parse.Query('Activity').equalTo('type', 'call'));
    const deal = await row('Deal', { title: 'Called', stage: 'lead', company }).save();
    const call = await row('Activity', { type: 'call', subject: 'Hello', relatedTo: deal }).save();
    equal((await about.next()).object.id, call.id);
    await contacts.subscription.unsubscribe();
    await about.subscription.unsubscribe();
  },
  'signing out ends the socket': async () => {
    const other = await second();
    const subscription = other.client.subscribe(new Parse.Query('Deal'), other.token);
    await subscription.subscribePromise;
    const closed = new Promise(resolve => subscription.on('close', resolve));
    await logOut(other.token);
    await closed;
    await other.client.close();
  },
});
