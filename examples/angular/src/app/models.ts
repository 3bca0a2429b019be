import type Parse from 'parse';

export type Row = InstanceType<typeof Parse.Object>;

export const STAGES = ['lead', 'qualified', 'proposal', 'negotiation', 'won', 'lost'] as const;
export type Stage = (typeof STAGES)[number];

export const KINDS = ['call', 'email', 'meeting', 'note'] as const;
export type Kind = (typeof KINDS)[number];

export interface Contact {
  id: string;
  name: string;
  email: string | undefined;
  phone: string | undefined;
}

export interface Deal {
  id: string;
  title: string;
  stage: Stage;
  amount: number | undefined;
  closes: Date | undefined;
  company: string | undefined;
}

export interface Activity {
  id: string;
  kind: string;
  subject: string;
  at: Date | undefined;
}

export function toContact(row: Row): Contact {
  return { id: idOf(row), name: row.get('name'), email: row.get('email'), phone: row.get('phone') };
}

export function toDeal(row: Row): Deal {
  return {
    id: idOf(row),
    title: row.get('title'),
    stage: row.get('stage'),
    amount: row.get('amount'),
    closes: row.get('expectedCloseDate'),
    company: row.get('company')?.get('name'),
  };
}

export function toActivity(row: Row): Activity {
  return { id: idOf(row), kind: row.get('type'), subject: row.get('subject'), at: row.createdAt };
}

// Every saved row has one; the SDK's type speaks of new rows too.
function idOf(row: Row): string {
  return row.id ?? '';
}
