// With the master key, as an integrator's own server asks: everybody's rows, distinct values, groups, schemas.
import assert from 'node:assert/strict';

import { Parse, acme, refusal, row, run, signUp } from './steps.mjs';

const { equal, deepEqual, ok } = assert;
const me = await signUp();
const { company } = await acme();
const priced = [10, 20, 30].map((amount, place) => {
  const stage = place ? 'won' : 'lead';
  return row('Deal', { title: `Deal ${amount}`, amount, stage, company, ACL: new Parse.ACL(me) });
});
await Parse.Object.saveAll(priced);
await Parse.User.logOut();
Parse.masterKey = process.env.PARSE_MASTER_KEY;
const master = { useMasterKey: true };
const deals = () => new Parse.Query('Deal').equalTo('company', company);

await run({
  'rows of everybody are found': async () => {
    equal(await deals().count(master), 3);
    equal((await deals().equalTo('title', 'Deal 20').first(master)).get('amount'), 20);
    equal(await refusal(deals().find()), Parse.Error.OBJECT_NOT_FOUND);
  },
  'rows of everybody are changed and removed': async () => {
    const deal = await deals().equalTo('title', 'Deal 10').first(master);
    await deal.save({ amount: 11 }, master);
    equal((await deal.fetch(master)).get('amount'), 11);
    await deal.destroy(master);
    equal(await deals().count(master), 2);
  },
  'distinct values': async () => {
    deepEqual((await deals().distinct('stage')).sort(), ['won']);
  },
  'groups and their sums': async () => {
    const pipeline = [{ $match: { company: company.id } }, { $group: { _id: '$stage', total: { $sum: '$amount' } } }];
    const [won] = await new Parse.Query('Deal').aggregate(pipeline);
    deepEqual([won.objectId, won.total], ['won', 50]);
  },
  'schemas are read': async () => {
    const { fields } = await new Parse.Schema('Deal').get();
    deepEqual([fields.amount.type, fields.company.targetClass, fields.title.required], ['Number', 'Company', true]);
    const names = (await Parse.Schema.all()).map(schema => schema.className);
    ok(['Activity', 'Company', 'Contact', 'Deal', '_User'].every(name => names.includes(name)));
  },
  'people are looked after': async () => {
    const found = await new Parse.Query(Parse.User).equalTo('objectId', me.id).first(master);
    equal(found.getEmail(), `${found.getUsername()}@parsley.example`);
    equal((await Parse.User.loginAs(me.id)).id, me.id);
  },
  'health and settings are answered': async () => {
    equal((await Parse.getServerHealth()).status, 'ok');
    deepEqual((await Parse.Config.get()).attributes, {});
  },
  'a wrong master key opens nothing': async () => {
    Parse.masterKey = 'wrong';
    ok((await refusal(deals().find(master))) !== 'no refusal');
  },
});
