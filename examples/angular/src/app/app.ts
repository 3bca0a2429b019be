import { Component, inject } from '@angular/core';
import { Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';

import { Session } from './session';
import { Trouble } from './trouble';

@Component({
  selector: 'app-root',
  imports: [RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    @if (session.user()) {
      <header>
        <nav aria-label="Pages">
          <a routerLink="/" routerLinkActive="here" [routerLinkActiveOptions]="{ exact: true }">Board</a>
          <a routerLink="/contacts" routerLinkActive="here">Contacts</a>
        </nav>
        <span>{{ session.name() }}</span>
        <button type="button" (click)="logOut()">Sign out</button>
      </header>
    }
    <p role="alert">{{ trouble.said() }}</p>
    <main><router-outlet /></main>
  `,
})
export class App {
  protected readonly session = inject(Session);
  protected readonly trouble = inject(Trouble);
  private readonly router = inject(Router);

  protected async logOut(): Promise<void> {
    await this.trouble.around(() => this.session.logOut());
    await this.router.navigateByUrl('/sign-in');
  }
}
