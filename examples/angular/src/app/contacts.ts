import { Component, OnInit, inject } from '@angular/core';

import { Crm } from './crm';
import { Trouble } from './trouble';

@Component({
  selector: 'app-contacts',
  template: `
    <h1>Contacts</h1>
    <form class="row" (submit)="add($event, name, email)">
      <label>Name <input #name required /></label>
      <label>E-mail <input #email type="email" /></label>
      <button>Add contact</button>
    </form>
    <ul class="cards">
      @for (contact of crm.contacts(); track contact.id) {
        <li>
          <strong>{{ contact.name }}</strong>
          @if (contact.email) {
            <a [href]="'mailto:' + contact.email">{{ contact.email }}</a>
          }
          <span>{{ contact.phone }}</span>
        </li>
      } @empty {
        <li>Nobody yet.</li>
      }
    </ul>
  `,
})
export class Contacts implements OnInit {
  protected readonly crm = inject(Crm);
  private readonly trouble = inject(Trouble);

  async ngOnInit(): Promise<void> {
    await this.trouble.around(() => this.crm.loadContacts());
  }

  protected async add(event: Event, name: HTMLInputElement, email: HTMLInputElement): Promise<void> {
    event.preventDefault();
    if (await this.trouble.around(() => this.crm.addContact(name.value, email.value))) {
      name.value = email.value = '';
    }
  }
}
