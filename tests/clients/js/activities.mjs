// relatedTo takes a contact, a deal or a company: what the reference's pointer of one class cannot do.
import assert from 'node:assert/strict';

import { Parse, acme, refusal, row, run, signUp } from './steps.mjs';

const { equal, deepEqual } = assert;
const me = await signUp();
const { company, contact } = await acme();
const deal = await row('Deal', { title: 'Rollout', company, contact }).save();
const about = relatedTo => row('Activity', { type: 'note', subject: `About a ${relatedTo.className}`, relatedTo });
const subjects = async query => (await query.find()).map(activity => activity.get('subject')).sort();
const activities = () => new Parse.Query('Activity');

await run({
  'an activity is about a contact, a deal or a company': async () => {
    const saved = await Parse.Object.saveAll([company, contact, deal].map(about));
    const found = await Promise.all(saved.map(each => activities().get(each.id)));
    deepEqual(found.map(each => each.get('relatedTo').className), ['Company', 'Contact', 'Deal']);
    deepEqual(found.map(each => each.get('relatedTo').id), [company.id, contact.id, deal.id]);
  },
  'activities are listed by what they are about': async () => {
    for (const each of [company, contact, deal]) {
      deepEqual(await subjects(activities().equalTo('relatedTo', each)), [`About a ${each.className}`]);
    }
    deepEqual(await subjects(activities().containedIn('relatedTo', [contact, deal])), ['About a Contact', 'About a Deal']);
  },
  'what they are about is included, whatever its class': async () => {
    const names = [];
    for (const activity of await activities().include('relatedTo').ascending('subject').find()) {
      names.push(activity.get('relatedTo').get('name') ?? activity.get('relatedTo').get('title'));
    }
    deepEqual(names, [company.get('name'), 'Ada Adams', 'Rollout']);
  },
  'rows behind the pointer are asked by their class': async () => {
    const rollouts = new Parse.Query('Deal').equalTo('title', 'Rollout');
    deepEqual(await subjects(activities().matchesQuery('relatedTo', rollouts)), ['About a Deal']);
  },
  'an activity moves from one to another': async () => {
    const activity = await activities().equalTo('relatedTo', contact).first();
    await activity.save({ relatedTo: company, completedAt: new Date() });
    deepEqual(await subjects(activities().equalTo('relatedTo', company)), ['About a Company', 'About a Contact']);
  },
  'other classes are refused': async () => {
    equal(await refusal(about(me).save()), Parse.Error.INCORRECT_TYPE);
  },
});
