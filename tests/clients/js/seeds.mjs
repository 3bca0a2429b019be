// Calls every function of the seeds' Angular service (its transpiled path is the argument) and prints what came, as JSON.
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';

import './browser.mjs';

const load = createRequire(process.argv[2]);
globalThis.environment = { parseAppId: process.env.PARSE_APP_ID, parseJsKey: process.env.PARSE_JS_KEY };
const { CrmService, toDeal, toContact } = load(process.argv[2]); // runs the two lines of initialisation
const Parse = load('parse');
const crm = new CrmService();
const methods = Object.getOwnPropertyNames(CrmService.prototype).filter(name => name !== 'constructor');
const said = { methods, initialised: [Parse.applicationId, Parse.javaScriptKey, Parse.serverURL] };

// Own words: the seeds print no sign-up and no dates, which the order of their list needs.
const name = `js-${randomBytes(6).toString('hex')}`;
await Parse.User.signUp(name, 'correct horse battery', { email: `${name}@parsley.example` });
await Parse.User.logOut();
await Parse.User.logIn(name, 'correct horse battery');

const late = await crm.createDeal('Late rollout', 'qualified', 1250.5);
const early = await crm.createDeal('Early rollout', 'qualified');
const lead = await crm.createDeal('A lead');
await late.save({ expectedCloseDate: new Date('2031-05-01T00:00:00Z') });
await early.save({ expectedCloseDate: new Date('2030-05-01T00:00:00Z') });
said.created = [late, early, lead].map(toDeal);
said.createdContacts = [
  await crm.createContact('Ada Adams', 'ada@acme.example', '+1 555 0100'),
  await crm.createContact('Bob Brown'),
].map(toContact);
said.deals = (await crm.getDeals()).map(toDeal);
said.contacts = (await crm.getContacts()).map(toContact);

await crm.updateDealStage(lead.id, 'won');
said.moved = (await crm.getDeals('won')).map(toDeal);
await crm.deleteDeal(lead.id);
said.left = (await crm.getDeals('won')).map(toDeal);

await Parse.User.logOut();
said.withoutUser = await crm.getDeals().then(() => 'answered', error => error.code);
console.log(JSON.stringify(said));
process.exit(0); // the SDK's timers would keep the process for a while
