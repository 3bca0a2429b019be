// Without a network: pinned rows are read from the device, and what was saved meanwhile arrives later.
import assert from 'node:assert/strict';
import { createServer } from 'node:net';

import { Parse, acme, row, run, signUp } from './steps.mjs';

const { equal, deepEqual, ok } = assert;
const { EventuallyQueue: queue } = Parse;
Parse.enableLocalDatastore();
await signUp();
const { company, contact } = await acme();

const deals = () => new Parse.Query('Deal').equalTo('company', company);
const titles = found => found.map(deal => deal.get('title')).sort();
const made = title => row('Deal', { title, company, contact, amount: 10 }).save();

// A port that was just given back: nobody listens there.
async function nowhere() {
  const probe = createServer();
  const port = await new Promise(done => probe.listen(0, '127.0.0.1', () => done(probe.address().port)));
  await new Promise(done => probe.close(done));
  return `http://127.0.0.1:${port}/parse`;
}

async function offline(work) {
  Parse.serverURL = await nowhere();
  try {
    return await work();
  } finally {
    Parse.serverURL = process.env.PARSE_URL;
  }
}

async function until(held) {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await held()) return;
    await new Promise(done => setTimeout(done, 100));
  }
  throw new Error('It did not happen within 10 s.');
}

await run({
  'pinned deals are read from the device': async () => {
    await made('Pinned');
    await made('Not pinned');
    await (await deals().equalTo('title', 'Pinned').first()).pin();
    const found = await offline(() => deals().fromLocalDatastore().find());
    deepEqual(titles(found), ['Pinned']);
    equal(found[0].get('amount'), 10);
  },
  'a pin with a name holds a list': async () => {
    const list = [await made('First'), await made('Second')];
    await Parse.Object.pinAllWithName('board', list);
    const board = () => offline(() => deals().fromPinWithName('board').find());
    deepEqual(titles(await board()), ['First', 'Second']);
    await Parse.Object.unPinAllWithName('board', list.slice(0, 1));
    deepEqual(titles(await board()), ['Second']);
    await Parse.Object.unPinAllObjectsWithName('board');
    deepEqual(await board(), []);
  },
  'what a pinned deal points to is pinned with it': async () => {
    const [deal] = await deals().equalTo('title', 'Pinned').include('contact').find();
    await deal.pin();
    const [found] = await offline(() => deals().fromLocalDatastore().include('contact').find());
    equal(found.get('contact').get('name'), 'Ada Adams');
  },
  'a pinned deal follows the server': async () => {
    const deal = await deals().equalTo('title', 'Pinned').first();
    await Parse.Object.extend('Deal').createWithoutData(deal.id).save({ amount: 11 });
    await deal.fetch();
    const [found] = await offline(() => deals().fromLocalDatastore().find());
    equal(found.get('amount'), 11);
  },
  'a contact and an activity can be pinned too': async () => {
    await contact.pin();
    const relatedTo = await deals().first();
    const activity = await row('Activity', { type: 'call', subject: 'Pinned call', relatedTo }).save();
    await activity.pin();
    const [call] = await offline(() => new Parse.Query('Activity').fromLocalDatastore().find());
    equal(call.get('relatedTo').id, relatedTo.id);
    const [ada] = await offline(() => new Parse.Query('Contact').fromLocalDatastore().find());
    equal(ada.get('name'), 'Ada Adams');
  },
  'a new deal saved without a network arrives later': async () => {
    await offline(() => row('Deal', { title: 'Later', company, stage: 'lead' }).saveEventually());
    equal(await queue.length(), 1);
    equal(await deals().equalTo('title', 'Later').count(), 0);
    queue.poll(100);
    await until(async () => (await deals().equalTo('title', 'Later').count()) === 1);
    await until(async () => (await queue.length()) === 0);
    queue.stopPoll();
  },
  'changes made without a network arrive later': async () => {
    // As a query brings it: the SDK queues what a pointer holds, and Parse takes nothing but the bare pointer.
    const deal = await new Parse.Query('Deal').get((await made('To change')).id);
    deal.set('stage', 'won');
    await offline(() => deal.saveEventually());
    ok((await queue.length()) > 0);
    await queue.sendQueue();
    equal((await new Parse.Query('Deal').get(deal.id)).get('stage'), 'won');
  },
  'a deal removed without a network goes later': async () => {
    const deal = await made('To remove');
    await offline(() => deal.destroyEventually());
    equal(await deals().equalTo('title', 'To remove').count(), 1);
    await queue.sendQueue();
    equal(await deals().equalTo('title', 'To remove').count(), 0);
    queue.stopPoll();
  },
});
