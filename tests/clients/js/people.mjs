// Signing up, in and out, sessions, who may see a row, and roles.
import assert from 'node:assert/strict';

import { PASSWORD, Parse, refusal, row, run, signUp, unique } from './steps.mjs';

const { equal, deepEqual, ok } = assert;
const { Error: Codes } = Parse;
const me = await signUp();
const name = me.getUsername();
const token = me.getSessionToken();
const other = new Parse.User({ username: unique('js'), password: PASSWORD });
await other.signUp();
// One device has one session of a user: the SDK's next log-in there ends the one before.
const back = () => Parse.User.logIn(name, PASSWORD);
await back();
const asOther = { sessionToken: other.getSessionToken() };
const dealOf = acl => row('Deal', { title: 'Shared', ...(acl && { ACL: acl }) });
const readable = async (deal, as) => (await refusal(new Parse.Query('Deal').get(deal.id, as))) === 'no refusal';

await run({
  'who signed up is signed in': async () => {
    const current = await Parse.User.currentAsync();
    equal(current.id, me.id);
    ok(/^r:[0-9a-f]{32}$/.test(token));
    equal((await new Parse.Query(Parse.User).get(me.id)).getUsername(), name);
    equal((await Parse.User.me(current.getSessionToken())).getEmail(), `${name}@parsley.example`);
  },
  'names and addresses are taken once': async () => {
    const again = columns => new Parse.User({ password: PASSWORD, ...columns }).signUp();
    equal(await refusal(again({ username: name })), Codes.USERNAME_TAKEN);
    equal(await refusal(again({ username: unique('js'), email: `${name}@parsley.example` })), Codes.EMAIL_TAKEN);
    equal(await refusal(again({ username: unique('js'), email: 'no address' })), Codes.INVALID_EMAIL_ADDRESS);
  },
  'logging in needs the right password': async () => {
    equal(await refusal(Parse.User.logIn(name, 'wrong')), Codes.OBJECT_NOT_FOUND);
    equal(await refusal(Parse.User.logIn(unique('nobody'), PASSWORD)), Codes.OBJECT_NOT_FOUND);
    const found = await Parse.User.logIn(name, PASSWORD);
    equal(found.id, me.id);
    ok(found.getSessionToken() !== token);
  },
  'a token signs in whoever has it': async () => {
    const { id } = await Parse.User.become(other.getSessionToken());
    equal(id, other.id);
    await back();
  },
  'a session can be looked at and left': async () => {
    await Parse.User.logIn(name, PASSWORD);
    const session = await Parse.Session.current();
    equal(session.getSessionToken(), Parse.User.current().getSessionToken());
    equal(session.get('user').id, me.id);
    const left = session.getSessionToken();
    await Parse.User.logOut();
    equal(await refusal(Parse.User.me(left)), Codes.INVALID_SESSION_TOKEN);
    equal(await refusal(new Parse.Query('Deal').find({ sessionToken: left })), Codes.INVALID_SESSION_TOKEN);
    await back();
  },
  'nobody reads or changes somebody else': async () => {
    equal(await refusal(new Parse.Query(Parse.User).get(other.id)), Codes.OBJECT_NOT_FOUND);
    const bare = Parse.User.createWithoutData(other.id);
    const code = await refusal(bare.save({ email: `${unique('js')}@parsley.example` }));
    ok([Codes.SESSION_MISSING, Codes.OBJECT_NOT_FOUND].includes(code), `code ${code}`);
  },
  'a new password keeps who changed it signed in': async () => {
    const user = await Parse.User.logIn(other.getUsername(), PASSWORD);
    await user.save({ password: 'another long password' });
    equal((await Parse.User.currentAsync()).id, other.id);
    equal(await refusal(Parse.User.logIn(other.getUsername(), PASSWORD)), Codes.OBJECT_NOT_FOUND);
    asOther.sessionToken = (await Parse.User.logIn(other.getUsername(), 'another long password')).getSessionToken();
    await back();
  },
  'a lost password is asked for by any address': async () => {
    await Parse.User.requestPasswordReset(`${name}@parsley.example`);
    await Parse.User.requestPasswordReset(`${unique('nobody')}@parsley.example`);
    equal(await refusal(Parse.User.requestPasswordReset('')), Codes.EMAIL_MISSING);
  },
  'a private row is hidden from others': async () => {
    const deal = await dealOf(new Parse.ACL(me)).save();
    equal(await readable(deal), true);
    equal(await readable(deal, asOther), false);
    equal(await refusal(deal.save({ amount: 1 }, asOther)), Codes.OBJECT_NOT_FOUND);
    equal(await refusal(deal.destroy(asOther)), Codes.OBJECT_NOT_FOUND);
  },
  'reading is shared apart from writing': async () => {
    const acl = new Parse.ACL(me);
    acl.setReadAccess(other.id, true);
    const deal = await dealOf(acl).save();
    equal(await readable(deal, asOther), true);
    equal(await refusal(deal.save({ amount: 1 }, asOther)), Codes.OBJECT_NOT_FOUND);
    acl.setWriteAccess(other.id, true);
    deal.setACL(acl);
    await deal.save();
    const theirs = Parse.Object.extend('Deal').createWithoutData(deal.id);
    await theirs.save({ amount: 2 }, asOther);
    const found = await new Parse.Query('Deal').get(deal.id);
    equal(found.get('amount'), 2);
    equal(found.getACL().getWriteAccess(other.id), true);
  },
  'a public row is read by everybody who signed in': async () => {
    const acl = new Parse.ACL(me);
    acl.setPublicReadAccess(true);
    const deal = await dealOf(acl).save();
    equal(await readable(deal, asOther), true);
    equal((await new Parse.Query('Deal').get(deal.id, asOther)).getACL().getPublicReadAccess(), true);
  },
  'a role shares with its members': async () => {
    const open = new Parse.ACL(me);
    open.setPublicReadAccess(true);
    const role = new Parse.Role(unique('role'), open);
    Parse.masterKey = process.env.PARSE_MASTER_KEY; // making a role can be a right of its own
    await role.save(null, { useMasterKey: true });
    try {
      const acl = new Parse.ACL(me);
      acl.setRoleReadAccess(role.getName(), true);
      const deal = await dealOf(acl).save();
      equal(await readable(deal, asOther), false);
      role.getUsers().add(Parse.User.createWithoutData(other.id));
      await role.save();
      equal(await readable(deal, asOther), true);
      deepEqual((await new Parse.Query('Deal').get(deal.id)).getACL().getRoleReadAccess(role.getName()), true);
      role.getUsers().remove(Parse.User.createWithoutData(other.id));
      await role.save();
      equal(await readable(deal, asOther), false);
    } finally {
      await role.destroy({ useMasterKey: true });
    }
  },
  'nobody who is not signed in gets anything': async () => {
    await Parse.User.logOut();
    equal(await refusal(new Parse.Query('Deal').find()), Codes.OBJECT_NOT_FOUND);
    equal(await refusal(dealOf().save()), Codes.OBJECT_NOT_FOUND);
    equal(await refusal(Parse.Cloud.run('nothing')), Codes.SCRIPT_FAILED);
  },
});
