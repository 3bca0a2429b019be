import { Component, inject, signal } from '@angular/core';
import { Router } from '@angular/router';

import { Session } from './session';
import { Trouble } from './trouble';

@Component({
  selector: 'app-sign-in',
  template: `
    <h1>{{ isNew() ? 'Sign up' : 'Sign in' }}</h1>
    <form class="stack" (submit)="send($event, username.value, email.value, password.value)">
      <label>Username <input #username required autocomplete="username" /></label>
      <label [hidden]="!isNew()">E-mail <input #email type="email" [required]="isNew()" autocomplete="email" /></label>
      <label>
        Password
        <input #password type="password" required [autocomplete]="isNew() ? 'new-password' : 'current-password'" />
      </label>
      <button>{{ isNew() ? 'Sign up' : 'Sign in' }}</button>
      <button type="button" class="quiet" (click)="isNew.set(!isNew())">
        {{ isNew() ? 'I have an account' : 'I am new here' }}
      </button>
    </form>
  `,
})
export class SignIn {
  protected readonly isNew = signal(false);
  private readonly session = inject(Session);
  private readonly trouble = inject(Trouble);
  private readonly router = inject(Router);

  protected async send(event: Event, username: string, email: string, password: string): Promise<void> {
    event.preventDefault();
    const isIn = await this.trouble.around(() =>
      this.isNew() ? this.session.signUp(username, email, password) : this.session.logIn(username, password),
    );
    if (isIn) await this.router.navigateByUrl('/');
  }
}
