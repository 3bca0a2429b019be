import { Injectable, computed, signal } from '@angular/core';
import Parse from 'parse';

import { Activity, Contact, Deal, Kind, STAGES, Stage, toActivity, toContact, toDeal } from './models';

const AT_MOST = 1000;

// The records that the signed-in user may see, as signals. Who may see and change what is decided by the server.
@Injectable({ providedIn: 'root' })
export class Crm {
  readonly contacts = signal<Contact[]>([]);
  readonly deals = signal<Deal[]>([]);
  readonly board = computed(() =>
    STAGES.map((stage) => {
      const deals = this.deals().filter((deal) => deal.stage === stage);
      return { stage, deals, sum: deals.reduce((sum, deal) => sum + (deal.amount ?? 0), 0) };
    }),
  );

  async loadContacts(): Promise<void> {
    const rows = await new Parse.Query('Contact').ascending('name').limit(AT_MOST).find();
    this.contacts.set(rows.map(toContact));
  }

  async loadDeals(): Promise<void> {
    const query = new Parse.Query('Deal').include('company').ascending('expectedCloseDate').limit(AT_MOST);
    this.deals.set((await query.find()).map(toDeal));
  }

  async addContact(name: string, email: string): Promise<void> {
    await new Parse.Object('Contact', { name, ...(email && { email }) }).save();
    await this.loadContacts();
  }

  async addDeal(title: string, amount: number): Promise<void> {
    await new Parse.Object('Deal', { title, stage: 'lead', ...(Number.isFinite(amount) && { amount }) }).save();
    await this.loadDeals();
  }

  // The card goes at once, and comes back if the server refuses.
  async move(deal: Deal, stage: Stage): Promise<void> {
    this.put({ ...deal, stage });
    try {
      await this.row(deal.id).save({ stage });
    } catch (error) {
      this.put(deal);
      throw error;
    }
  }

  async activities(deal: Deal): Promise<Activity[]> {
    const query = new Parse.Query('Activity').equalTo('relatedTo', this.row(deal.id)).descending('createdAt');
    return (await query.find()).map(toActivity);
  }

  async log(deal: Deal, kind: Kind, subject: string): Promise<void> {
    await new Parse.Object('Activity', { type: kind, subject, relatedTo: this.row(deal.id) }).save();
  }

  // What others do is told over a WebSocket; what is answered ends it.
  async follow(): Promise<() => void> {
    const subscription = await new Parse.Query('Deal').subscribe();
    await subscription.subscribePromise;
    for (const event of ['create', 'update', 'enter', 'leave', 'delete']) {
      subscription.on(event, () => void this.loadDeals());
    }
    return () => void subscription.unsubscribe();
  }

  private put(deal: Deal): void {
    this.deals.update((deals) => deals.map((each) => (each.id === deal.id ? deal : each)));
  }

  private row(id: string): InstanceType<typeof Parse.Object> {
    return Parse.Object.extend('Deal').createWithoutData(id);
  }
}
