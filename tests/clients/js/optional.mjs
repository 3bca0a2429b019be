// What the template leaves optional: deals and activities followed live, and three classes kept on the device.
import assert from 'node:assert/strict';

import { Parse, acme, row, run, signUp } from './steps.mjs';

const { deepEqual, equal } = assert;
Parse.enableLocalDatastore();
await signUp();
const { contact } = await acme();
const deal = await row('Deal', { title: 'Rollout', stage: 'lead', contact }).save();

function next(subscription, kind) {
  return new Promise(resolve => subscription.on(kind, resolve));
}

await run({
  'a deal that moves is told at once': async () => {
    const subscription = await new Parse.Query('Deal').equalTo('stage', 'won').subscribe();
    await subscription.subscribePromise;
    const entered = next(subscription, 'enter');
    await row('Deal', { id: deal.id }).save({ stage: 'won' });
    equal((await entered).id, deal.id);
    await subscription.unsubscribe();
  },
  'an activity that is logged is told at once': async () => {
    const subscription = await new Parse.Query('Activity').equalTo('relatedTo', deal).subscribe();
    await subscription.subscribePromise;
    const created = next(subscription, 'create');
    await row('Activity', { type: 'call', subject: 'First call', relatedTo: deal }).save();
    equal((await created).get('subject'), 'First call');
    await subscription.unsubscribe();
  },
  'contacts, deals and activities are read from the device': async () => {
    const [call] = await new Parse.Query('Activity').equalTo('relatedTo', deal).find();
    await Parse.Object.pinAllWithName('mine', [contact, deal, call]);
    Parse.serverURL = 'http://127.0.0.1:9/parse'; // where nobody listens
    const kept = name => new Parse.Query(name).fromPinWithName('mine').find();
    const found = [await kept('Contact'), await kept('Deal'), await kept('Activity')];
    Parse.serverURL = process.env.PARSE_URL;
    deepEqual(
      found.map(([one, ...more]) => [one.id, more.length]),
      [contact, deal, call].map(one => [one.id, 0]),
    );
  },
});
