// Saving, changing and removing rows of the five classes, one by one and in batches.
import assert from 'node:assert/strict';

import { Parse, acme, refusal, row, run, signUp } from './steps.mjs';

const { equal, deepEqual, ok } = assert;
const me = await signUp();
const { company, contact } = await acme();
const day = new Date('2031-02-03T04:05:06.789Z');

const saved = columns => row('Deal', { title: 'Rollout', company, ...columns }).save();
const again = deal => new Parse.Query('Deal').get(deal.id);

await run({
  'a new row knows its id and its times': async () => {
    const deal = await saved();
    ok(/^[A-Za-z0-9]{10}$/.test(deal.id));
    equal(deal.createdAt.getTime(), deal.updatedAt.getTime());
  },
  'every column of a deal comes back as it was saved': async () => {
    const columns = { amount: 1250.5, stage: 'proposal', notes: 'Line one\nLine two é 漢', assignedTo: me, contact };
    const deal = await again(await saved({ ...columns, expectedCloseDate: new Date('2031-02-03T00:00:00.000Z') }));
    for (const name of ['amount', 'stage', 'notes', 'title']) {
      deepEqual(deal.get(name), { ...columns, title: 'Rollout' }[name]);
    }
    equal(deal.get('expectedCloseDate').toISOString(), '2031-02-03T00:00:00.000Z');
    deepEqual([deal.get('company').id, deal.get('contact').id, deal.get('assignedTo').id], [company.id, contact.id, me.id]);
  },
  'every column of an activity comes back as it was saved': async () => {
    const relatedTo = await saved();
    const columns = { type: 'call', subject: 'First call', description: 'Ring', dueDate: day, relatedTo, createdBy: me };
    const activity = await row('Activity', columns).save();
    const found = await new Parse.Query('Activity').get(activity.id);
    deepEqual([found.get('type'), found.get('subject'), found.get('description')], ['call', 'First call', 'Ring']);
    equal(found.get('dueDate').toISOString(), day.toISOString());
    equal(found.get('relatedTo').id, relatedTo.id);
    equal(found.get('relatedTo').className, 'Deal');
  },
  'only what was set is changed': async () => {
    const deal = await saved({ notes: 'Keep me', amount: 3 });
    const stale = Parse.Object.extend('Deal').createWithoutData(deal.id);
    await stale.save({ amount: 4 });
    const found = await again(deal);
    deepEqual([found.get('notes'), found.get('amount'), found.get('title')], ['Keep me', 4, 'Rollout']);
    ok(found.updatedAt > found.createdAt);
  },
  'unset leaves nothing behind': async () => {
    const deal = await saved({ notes: 'Gone soon' });
    deal.unset('notes');
    await deal.save();
    equal((await again(deal)).has('notes'), false);
  },
  'null empties a column': async () => {
    const deal = await saved({ amount: 5, contact });
    await deal.save({ amount: null, contact: null });
    const found = await again(deal);
    equal(found.get('amount') ?? null, null);
    equal(found.get('contact') ?? null, null);
  },
  'an increment is added to what is there': async () => {
    const deal = await saved({ amount: 10 });
    await Promise.all([1, 2, 3].map(() => {
      const other = Parse.Object.extend('Deal').createWithoutData(deal.id);
      other.increment('amount', 2.5);
      return other.save();
    }));
    equal((await again(deal)).get('amount'), 17.5);
    deal.increment('amount');
    equal((await deal.save()).get('amount'), 18.5);
  },
  'a row of somebody new gets its pointer first': async () => {
    const fresh = row('Contact', { name: 'New Nora', company });
    const deal = await saved({ contact: fresh });
    ok(fresh.id);
    equal((await again(deal)).get('contact').id, fresh.id);
  },
  'a list is saved and fetched in batches': async () => {
    const rows = Array.from({ length: 23 }, (_, number) => row('Contact', { name: `Batch ${number}`, company }));
    await Parse.Object.saveAll(rows);
    equal(new Set(rows.map(each => each.id)).size, 23);
    rows.forEach(each => each.set('phone', '+1 555 0100'));
    await Parse.Object.saveAll(rows);
    const bare = rows.map(each => Parse.Object.extend('Contact').createWithoutData(each.id));
    await Parse.Object.fetchAll(bare);
    deepEqual(bare.map(each => each.get('name')).sort(), rows.map(each => each.get('name')).sort());
    ok(bare.every(each => each.get('phone') === '+1 555 0100'));
    await Parse.Object.destroyAll(rows);
    equal(await new Parse.Query('Contact').startsWith('name', 'Batch ').equalTo('company', company).count(), 0);
  },
  'what is wrong in a batch is told for its row alone': async () => {
    const missing = Parse.Object.extend('Contact').createWithoutData('aaaaaaaaaa');
    const there = await row('Contact', { name: 'There', company }).save();
    const error = await Parse.Object.destroyAll([missing, there]).catch(each => each);
    equal(error.code, Parse.Error.AGGREGATE_ERROR);
    deepEqual(error.errors.map(each => each.code), [Parse.Error.OBJECT_NOT_FOUND]);
    equal(await refusal(new Parse.Query('Contact').get(there.id)), Parse.Error.OBJECT_NOT_FOUND);
  },
  'a destroyed row is gone': async () => {
    const deal = await saved();
    await deal.destroy();
    equal(await refusal(new Parse.Query('Deal').get(deal.id)), Parse.Error.OBJECT_NOT_FOUND);
    equal(await refusal(deal.destroy()), Parse.Error.OBJECT_NOT_FOUND);
    equal(await refusal(deal.save({ amount: 1 })), Parse.Error.OBJECT_NOT_FOUND);
  },
  'exists and fetch ask the server': async () => {
    const deal = await saved({ amount: 7 });
    equal(await deal.exists(), true);
    const bare = Parse.Object.extend('Deal').createWithoutData(deal.id);
    equal((await bare.fetch()).get('amount'), 7);
    const wide = Parse.Object.extend('Deal').createWithoutData(deal.id);
    equal((await wide.fetchWithInclude('company')).get('company').get('name'), company.get('name'));
  },
  'a missing title, a wrong type and an unknown id are refused by code': async () => {
    equal(await refusal(row('Deal', { amount: 1 }).save()), Parse.Error.VALIDATION_ERROR);
    equal(await refusal(saved({ amount: 'much' })), Parse.Error.INCORRECT_TYPE);
    equal(await refusal(saved({ company: contact })), Parse.Error.INCORRECT_TYPE);
    equal(await refusal(new Parse.Query('Deal').get('aaaaaaaaaa')), Parse.Error.OBJECT_NOT_FOUND);
  },
});
