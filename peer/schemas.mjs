// The seeds' five classes as a Parse schema. _User is built in; each class is for signed-in people alone.

const text = { type: 'String' };
const date = { type: 'Date' };
const pointer = targetClass => ({ type: 'Pointer', targetClass });
const required = column => ({ ...column, required: true });

const signedIn = { requiresAuthentication: true };
const classLevelPermissions = {
  ...Object.fromEntries(['find', 'count', 'get', 'create', 'update', 'delete'].map(action => [action, signedIn])),
  addField: {},
};

const fields = {
  Company: {
    name: required(text),
    website: text,
    industry: text,
    address: text,
    notes: text,
    createdBy: pointer('_User'),
  },
  Contact: {
    name: required(text),
    email: text,
    phone: text,
    company: pointer('Company'),
    notes: text,
    createdBy: pointer('_User'),
  },
  Deal: {
    title: required(text),
    amount: { type: 'Number' },
    stage: text,
    contact: pointer('Contact'),
    company: pointer('Company'),
    expectedCloseDate: date,
    notes: text,
    assignedTo: pointer('_User'),
  },
  Activity: {
    type: text,
    subject: text,
    description: text,
    dueDate: date,
    completedAt: date,
    // A pointer of the reference takes one class, so this is the half of the seeds' column that it can hold.
    relatedTo: pointer('Deal'),
    attachment: { type: 'File' },
    createdBy: pointer('_User'),
  },
};

export const schemas = Object.entries(fields).map(([className, columns]) => ({
  className,
  fields: columns,
  classLevelPermissions,
}));
