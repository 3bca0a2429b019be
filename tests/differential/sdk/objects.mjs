// Parse.Object, Parse.ACL, Parse.Op and Parse.File.
import { MASTER, PASSWORD, Parse, TAG, everybody, named, row, run, signUp, tokenOf } from './record.mjs';

const other = await signUp('other');
const third = await signUp('third');
const me = await signUp('me');
const as = tokenOf;
const fetched = object => new Parse.Query(object.className).get(object.id);
const company = named('acme', await row('Company', { name: `Acme ${TAG}` }).save());
const contact = named('ada', await row('Contact', { name: 'Ada', company }).save());
const deal = named('deal', await row('Deal', { title: 'One', amount: 10, contact, company, notes: 'n' }).save());
const pointerTo = (name, id) => Parse.Object.fromJSON({ className: name, objectId: id });

function acl(...entries) {
  const found = new Parse.ACL();
  for (const [who, may] of entries) {
    if (may.includes('r')) found.setReadAccess(who, true);
    if (may.includes('w')) found.setWriteAccess(who, true);
  }
  return found;
}

async function owned(name, entries) {
  return named(name, await row('Deal', { title: name, ACL: acl(...entries) }).save(null, as(me)));
}

async function reach(object, user) {
  const find = await new Parse.Query('Deal').equalTo('objectId', object.id).count(as(user));
  const get = await new Parse.Query('Deal').get(object.id, as(user)).then(() => 'read', error => error.code);
  const fresh = pointerTo('Deal', object.id);
  const put = await fresh.save({ notes: 'changed' }, as(user)).then(() => 'written', error => error.code);
  return { find, get, put };
}

await run({
  'save': async () => {
    const made = await row('Deal', { title: 'Saved', amount: 1.5 }).save();
    return { id: made.id.length, isNew: made.isNew(), dirty: made.dirty(), created: made.createdAt instanceof Date, same: made.createdAt.getTime() === made.updatedAt.getTime(), json: made };
  },
  'save with columns': async () => (await new Parse.Object('Company').save({ name: 'Given', ACL: everybody(), createdBy: me })).get('name'),
  'save by key and value': async () => { const one = row('Company', { name: 'Key' }); await one.save('website', 'w'); return (await fetched(one)).get('website'); },
  'save nothing changed': async () => (await deal.save()).get('title'),
  'save, then fetch': async () => (await (await row('Contact', { name: 'F', phone: '1' }).save()).fetch()).toJSON(),
  'fetch': async () => (await pointerTo('Deal', deal.id).fetch()).toJSON(),
  'fetch of nothing': () => pointerTo('Deal', 'aaaaaaaaaa').fetch(),
  'fetchWithInclude': async () => (await pointerTo('Deal', deal.id).fetchWithInclude('contact.company')).get('contact').get('company').get('name') === company.get('name'),
  'fetchAll': async () => (await Parse.Object.fetchAll([pointerTo('Deal', deal.id), pointerTo('Deal', deal.id)])).length,
  'fetchAll of several classes': () => Parse.Object.fetchAll([pointerTo('Deal', deal.id), pointerTo('Contact', contact.id)]),
  'fetchAll with one missing': () => Parse.Object.fetchAll([pointerTo('Deal', deal.id), pointerTo('Deal', 'aaaaaaaaaa')]).then(found => found.length),
  'fetchAllIfNeeded': async () => (await Parse.Object.fetchAllIfNeeded([pointerTo('Deal', deal.id)]))[0].get('title'),
  'fetchAllWithInclude': async () => (await Parse.Object.fetchAllWithInclude([pointerTo('Deal', deal.id)], ['contact']))[0].get('contact').get('name'),
  'exists': () => deal.exists(),
  'exists not': () => pointerTo('Deal', 'aaaaaaaaaa').exists(),
  'isDataAvailable': async () => [pointerTo('Deal', deal.id).isDataAvailable(), (await fetched(deal)).isDataAvailable()],
  'update': async () => { await deal.save({ amount: 11 }); return (await fetched(deal)).get('amount'); },
  'update changes updatedAt': async () => { const before = deal.updatedAt; await new Promise(done => setTimeout(done, 5)); await deal.save({ amount: 12 }); return [deal.updatedAt > before, (await fetched(deal)).updatedAt > before, deal.createdAt < deal.updatedAt]; },
  'update of nothing': () => pointerTo('Deal', 'aaaaaaaaaa').save({ title: 'x' }),
  'unset': async () => { deal.unset('notes'); await deal.save(); return (await fetched(deal)).has('notes'); },
  'set null': async () => { await deal.save({ amount: null }); return (await fetched(deal)).toJSON(); },
  'unset a pointer': async () => { const one = await row('Deal', { title: 'U', contact }).save(); one.unset('contact'); await one.save(); return (await fetched(one)).get('contact'); },
  'unset what is required': async () => { const one = await row('Deal', { title: 'R' }).save(); one.unset('title'); return one.save(); },
  'increment': async () => { deal.increment('amount', 5); await deal.save(); return [deal.get('amount'), (await fetched(deal)).get('amount')]; },
  'increment by one': async () => { deal.increment('amount'); await deal.save(); return deal.get('amount'); },
  'increment by a half': async () => { deal.increment('amount', 0.5); await deal.save(); return deal.get('amount'); },
  'increment by nothing': async () => { deal.increment('amount', 0); await deal.save(); return deal.get('amount'); },
  'decrement': async () => { deal.decrement('amount', 2); await deal.save(); return deal.get('amount'); },
  'increment twice before a save': async () => { deal.increment('amount'); deal.increment('amount'); await deal.save(); return deal.get('amount'); },
  'increment of what is unset': async () => { const one = await row('Deal', { title: 'I' }).save(); one.increment('amount', 3); await one.save(); return (await fetched(one)).get('amount'); },
  'increment at once': async () => {
    const one = await row('Deal', { title: 'A', amount: 0 }).save();
    await Promise.all([1, 2, 3, 4, 5].map(() => { const same = pointerTo('Deal', one.id); same.increment('amount'); return same.save(); }));
    return (await fetched(one)).get('amount');
  },
  'increment of a text': async () => { const one = pointerTo('Deal', deal.id); one.increment('title'); return one.save(); },
  'increment in a new row': async () => { const one = row('Deal', { title: 'N' }); one.increment('amount', 4); await one.save(); return (await fetched(one)).get('amount'); },
  'add to what is no list': async () => { const one = pointerTo('Deal', deal.id); one.add('notes', 'x'); return one.save(); },
  'addUnique to what is no list': async () => { const one = pointerTo('Deal', deal.id); one.addUnique('notes', 'x'); return one.save(); },
  'remove from what is no list': async () => { const one = pointerTo('Deal', deal.id); one.remove('notes', 'x'); return one.save(); },
  'a relation that is none': async () => { const one = pointerTo('Deal', deal.id); one.relation('contact').add(contact); return one.save(); },
  'text of all kinds': async () => { const text = 'é ü 漢字 🙂 "q" \'s\' \\ / \n\t <b>&amp;'; const one = await row('Company', { name: 'T', notes: text }).save(); return (await fetched(one)).get('notes') === text; },
  'empty text': async () => (await fetched(await row('Company', { name: 'E', notes: '' }).save())).get('notes'),
  'spaces around text': async () => (await fetched(await row('Company', { name: ' S ', notes: '  n  ' }).save())).toJSON(),
  'long text': async () => (await fetched(await row('Company', { name: 'L', notes: 'x'.repeat(20000) }).save())).get('notes').length,
  'a name of 200': async () => (await fetched(await row('Company', { name: 'x'.repeat(200) }).save())).get('name').length,
  'numbers': async () => { const found = []; for (const amount of [0, -1, 0.5, 0.1, 1e6, 123456789.25, 1e12]) found.push((await fetched(await row('Deal', { title: 'n', amount }).save())).get('amount')); return found; },
  'a date': async () => { const one = await row('Deal', { title: 'd', expectedCloseDate: new Date('2031-05-06T00:00:00.000Z') }).save(); return (await fetched(one)).get('expectedCloseDate').toISOString(); },
  'an instant': async () => { const one = await row('Activity', { subject: 'd', dueDate: new Date('2031-05-06T07:08:09.123Z') }).save(); return (await fetched(one)).get('dueDate').toISOString(); },
  'a very old date': async () => { const one = await row('Activity', { subject: 'd', dueDate: new Date('1815-12-10T00:00:00.000Z') }).save(); return (await fetched(one)).get('dueDate').toISOString(); },
  'a pointer comes back': async () => (await fetched(deal)).get('contact').toPointer(),
  'a pointer to an unsaved row': async () => { const one = row('Deal', { title: 'P', contact: row('Contact', { name: 'Unsaved' }) }); await one.save(); return [one.get('contact').id.length, (await new Parse.Query('Deal').include('contact').get(one.id)).get('contact').get('name')]; },
  'a pointer two deep, unsaved': async () => { const inner = row('Company', { name: 'Deep' }); const one = row('Deal', { title: 'P', contact: row('Contact', { name: 'U', company: inner }) }); await one.save(); return (await new Parse.Query('Deal').include('contact.company').get(one.id)).get('contact').get('company').get('name'); },
  'cascadeSave off': () => row('Deal', { title: 'P', contact: row('Contact', { name: 'Unsaved' }) }).save(null, { cascadeSave: false }),
  'wrong type: text for a number': () => row('Deal', { title: 'W', amount: 'much' }).save(),
  'wrong type: number for text': () => row('Deal', { title: 5 }).save(),
  'wrong type: text for a date': () => row('Deal', { title: 'W', expectedCloseDate: 'soon' }).save(),
  'wrong type: text for a pointer': () => row('Deal', { title: 'W', contact: 'x' }).save(),
  'wrong type: another class': () => row('Deal', { title: 'W', contact: company }).save(),
  'wrong type: a list': () => row('Deal', { title: 'W', notes: ['a'] }).save(),
  'wrong type: an object': () => row('Deal', { title: 'W', notes: { a: 1 } }).save(),
  'wrong type: a boolean': () => row('Deal', { title: 'W', amount: true }).save(),
  'wrong type: a place': () => row('Deal', { title: 'W', notes: new Parse.GeoPoint(1, 2) }).save(),
  'without what is required': () => row('Deal', { amount: 1 }).save(),
  'an empty name': () => row('Company', { name: '' }).save(),
  'a column that there is not': () => row('Deal', { title: 'W', nosuch: 1 }).save(),
  'a class that there is not': () => row('NoSuch', { a: 1 }).save(),
  'a bad column': () => { const one = row('Deal', { title: 'W' }); return one.set('no such', 1) ? one.save() : 'refused here'; },
  'an id of its own': () => pointerTo('Deal', 'zyxwvutsrq').save({ title: 'mine' }),
  'destroy': async () => { const one = await row('Company', { name: 'D' }).save(); await one.destroy(); return new Parse.Query('Company').get(one.id); },
  'destroy twice': async () => { const one = await row('Deal', { title: 'D' }).save(); await one.destroy(); return one.destroy(); },
  'destroy a company twice': async () => { const one = await row('Company', { name: 'D' }).save(); await one.destroy(); return one.destroy(); },
  'saveAll': async () => (await Parse.Object.saveAll([1, 2, 3].map(number => row('Deal', { title: `All ${number}`, amount: number })))).map(one => [one.id.length, one.get('amount')]),
  'saveAll of many': async () => (await Parse.Object.saveAll(Array.from({ length: 45 }, (_, number) => row('Company', { name: `Many ${number}` })), { batchSize: 20 })).filter(one => one.id).length,
  'saveAll of several classes': async () => (await Parse.Object.saveAll([row('Deal', { title: 'x' }), row('Company', { name: 'x' })])).map(one => one.className),
  'saveAll with one bad': () => Parse.Object.saveAll([row('Company', { name: 'Good' }), row('Deal', { amount: 1 })]),
  'saveAll of updates': async () => { const some = await Parse.Object.saveAll([row('Deal', { title: 'x' }), row('Deal', { title: 'y' })]); some.forEach(one => one.set('amount', 7)); await Parse.Object.saveAll(some); return Promise.all(some.map(async one => (await fetched(one)).get('amount'))); },
  'saveAll of increments': async () => { const some = await Parse.Object.saveAll([row('Deal', { title: 'x', amount: 1 }), row('Deal', { title: 'y', amount: 2 })]); some.forEach(one => one.increment('amount', 10)); await Parse.Object.saveAll(some); return some.map(one => one.get('amount')); },
  'saveAll in a transaction': async () => (await Parse.Object.saveAll([row('Deal', { title: 't' }), row('Deal', { title: 'u' })], { transaction: true })).length,
  'destroyAll': async () => { const some = await Parse.Object.saveAll([row('Deal', { title: 'x' }), row('Deal', { title: 'y' })]); await Parse.Object.destroyAll(some); return new Parse.Query('Deal').containedIn('objectId', some.map(one => one.id)).count(); },
  'destroyAll with one missing': async () => { const one = await row('Deal', { title: 'x' }).save(); return Parse.Object.destroyAll([one, pointerTo('Deal', 'aaaaaaaaaa')]); },
  'dirtyKeys after a save': async () => { const one = row('Deal', { title: 'x' }); await one.save(); one.set('amount', 1); return one.dirtyKeys(); },
  'revert': async () => { const one = await row('Deal', { title: 'x' }).save(); one.set('title', 'y'); one.revert(); return one.get('title'); },
  'clone': async () => { const one = await row('Deal', { title: 'c', amount: 3 }).save(); const twin = await one.clone().save(); return [twin.id !== one.id, twin.get('title'), twin.get('amount')]; },
  'newInstance': async () => (await row('Deal', { title: 'c' }).save()).newInstance().get('title'),
  'toJSON and fromJSON': async () => { const json = (await fetched(deal)).toJSON(); return Parse.Object.fromJSON({ ...json, className: 'Deal' }).get('title'); },
  'equals': async () => (await fetched(deal)).equals(pointerTo('Deal', deal.id)),
  'subclass': async () => { class Company extends Parse.Object { constructor() { super('Company'); } label() { return `* ${this.get('name')}`; } } Parse.Object.registerSubclass('Company', Company); const found = await new Parse.Query(Company).get(company.id); return found.label() === `* ${company.get('name')}`; },
  'pin and context': async () => (await row('Deal', { title: 'ctx' }).save(null, { context: { why: 'test' } })).get('title'),
  'createdAt sent along is ignored': async () => { const one = row('Deal', { title: 'x' }); one.set('createdAt', new Date(0)); const saved = await one.save().catch(error => error); return saved.code ?? saved.createdAt.getTime() > 0; },
  'ACL: mine alone': async () => { const one = await owned('private', [[me, 'rw']]); return { acl: (await new Parse.Query('Deal').get(one.id, as(me))).getACL(), other: await reach(one, other) }; },
  'ACL: readable by another': async () => reach(await owned('readable', [[me, 'rw'], [other, 'r']]), other),
  'ACL: writable by another': async () => reach(await owned('writable', [[me, 'rw'], [other, 'rw']]), other),
  'ACL: a third one has nothing': async () => reach(await owned('third-less', [[me, 'rw'], [other, 'rw']]), third),
  'ACL: readable by all': async () => reach(await owned('seen', [[me, 'rw'], ['*', 'r']]), third),
  'ACL: public': async () => reach(await owned('open', [['*', 'rw']]), third),
  'ACL: destroyed by a reader': async () => { const one = await owned('kept', [[me, 'rw'], [other, 'r']]); return pointerTo('Deal', one.id).destroy(as(other)); },
  'ACL: destroyed by a writer': async () => { const one = await owned('gone', [[me, 'rw'], [other, 'rw']]); await pointerTo('Deal', one.id).destroy(as(other)); return reach(one, me); },
  'ACL: given away': async () => { const one = await owned('given', [[me, 'rw']]); one.setACL(acl([other, 'rw'])); await one.save(null, as(me)); return [await reach(one, other), await reach(one, me)]; },
  'ACL: taken back': async () => { const one = await owned('back', [[me, 'rw'], [other, 'rw']]); const list = one.getACL(); list.setReadAccess(other, false); list.setWriteAccess(other, false); one.setACL(list); await one.save(null, as(me)); return reach(one, other); },
  'ACL: comes back as it was': async () => { const one = await owned('same', [[me, 'rw'], [other, 'r'], ['*', 'r']]); const list = (await new Parse.Query('Deal').get(one.id, as(me))).getACL(); return [list.getReadAccess(other), list.getWriteAccess(other), list.getPublicReadAccess(), list.getPublicWriteAccess(), list]; },
  'ACL: of nobody': async () => { const one = await owned('nobody', []); return reach(one, me); },
  'ACL: of nobody, by the master key': async () => { const one = await owned('mastered', []); return (await new Parse.Query('Deal').get(one.id, MASTER)).get('title'); },
  'ACL: a hidden row in a list': async () => { const title = `hidden ${TAG}`; await row('Deal', { title, ACL: acl([me, 'rw']) }).save(null, as(me)); await row('Deal', { title, ACL: acl([other, 'rw'], [me, 'rw']) }).save(null, as(me)); return [await new Parse.Query('Deal').equalTo('title', title).count(as(me)), await new Parse.Query('Deal').equalTo('title', title).count(as(other))]; },
  'ACL: a hidden row behind a pointer': async () => { const hidden = await row('Contact', { name: 'H', ACL: acl([me, 'rw']) }).save(null, as(me)); const one = await row('Company', { name: 'x' }).save(null, as(me)); const opened = await row('Contact', { name: 'Open', company: await row('Company', { name: 'Hidden', ACL: acl([me, 'rw']) }).save(null, as(me)) }).save(null, as(me)); const seen = await new Parse.Query('Contact').include('company').get(opened.id, as(other)); return [Boolean(hidden.id && one.id), seen.get('company')]; },
  'defaultACL': async () => { Parse.ACL; const one = await row('Deal', { title: 'x', ACL: new Parse.ACL(me) }).save(null, as(me)); return (await new Parse.Query('Deal').get(one.id, as(me))).getACL(); },
  'another token per call': async () => (await row('Deal', { title: 'by other', ACL: acl([other, 'rw']) }).save(null, as(other))).id.length,
  'a token that there is not': () => new Parse.Query('Deal').find({ sessionToken: 'r:00000000000000000000000000000000' }),
  'a file': async () => { const file = new Parse.File('hello.txt', { base64: Buffer.from('hello').toString('base64') }); await file.save(); return [file.name().replace(/^[^_]*/, ''), typeof file.url(), file.url().startsWith(Parse.serverURL)]; },
  'a file of bytes': async () => { const file = new Parse.File('bytes.bin', [1, 2, 3, 255]); await file.save(); return file.name().endsWith('bytes.bin'); },
  'a file with its type': async () => { const file = new Parse.File('a.txt', { base64: 'aGVsbG8=' }, 'text/plain'); await file.save(); return file.toJSON().__type; },
  'a file with a bad name': () => new Parse.File('a$b.txt', { base64: 'aGVsbG8=' }).save(),
  'a file in a row': async () => { const file = await new Parse.File('note.txt', { base64: 'aGVsbG8=' }).save(); const one = await row('Activity', { subject: 'with a file', attachment: file }).save(); const held = (await fetched(one)).get('attachment'); return [held instanceof Parse.File, held.name() === file.name(), held.url() === file.url()]; },
  'a file read by its address': async () => { const file = await new Parse.File('read.txt', { base64: 'aGVsbG8=' }).save(); return (await fetch(file.url())).text(); },
  'a file in a row, read by its address': async () => { const file = await new Parse.File('read.txt', { base64: 'aGVsbG8=' }).save(); const one = await row('Activity', { subject: 'f', attachment: file }).save(); return (await fetch((await fetched(one)).get('attachment').url())).text(); },
  'getData of a file': async () => { const file = await new Parse.File('data.txt', { base64: 'aGVsbG8=' }).save(); return Parse.File.fromJSON(file.toJSON()).getData().catch(error => String(error)); },
  'a file in a row, unset': async () => { const file = await new Parse.File('note.txt', { base64: 'aGVsbG8=' }).save(); const one = await row('Activity', { subject: 'with a file', attachment: file }).save(); one.unset('attachment'); await one.save(); return (await fetched(one)).get('attachment'); },
  'a file saved along with its row': async () => { const one = await row('Activity', { subject: 'f', attachment: new Parse.File('along.txt', { base64: 'aGVsbG8=' }) }).save(); return (await fetched(one)).get('attachment').name().endsWith('along.txt'); },
  'a file destroyed': async () => { const file = await new Parse.File('gone.txt', { base64: 'aGVsbG8=' }).save(); return (await file.destroy(MASTER)).name() === file.name(); },
  'a file destroyed without the master key': async () => { const file = await new Parse.File('kept.txt', { base64: 'aGVsbG8=' }).save(); return file.destroy(); },
  'an empty file': () => new Parse.File('empty.txt', { base64: '' }).save().then(() => 'saved', error => error.code),
  'a file without signing in': async () => { await Parse.User.logOut(); return new Parse.File('x.txt', { base64: 'aGVsbG8=' }).save(); },
  'save without signing in': () => row('Deal', { title: 'x' }).save(),
  'destroy without signing in': () => pointerTo('Deal', deal.id).destroy(),
  'saveAll without signing in': () => Parse.Object.saveAll([row('Deal', { title: 'x' }), row('Deal', { title: 'y' })]),
  'save with the master key': async () => { const one = await new Parse.Object('Company', { name: 'by master', ACL: everybody() }).save(null, MASTER); return (await new Parse.Query('Company').get(one.id, MASTER)).get('name'); },
  'log in again': async () => (await Parse.User.logIn(`me-${TAG}`, PASSWORD)).get('username'),
});
