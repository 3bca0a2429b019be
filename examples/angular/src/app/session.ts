import { Injectable, computed, signal } from '@angular/core';
import Parse from 'parse';

// Who is signed in; the SDK keeps the session in the browser's storage.
@Injectable({ providedIn: 'root' })
export class Session {
  readonly user = signal(Parse.User.current() ?? null);
  readonly name = computed(() => this.user()?.getUsername() ?? '');

  async logIn(username: string, password: string): Promise<void> {
    this.user.set(await Parse.User.logIn(username, password));
  }

  async signUp(username: string, email: string, password: string): Promise<void> {
    this.user.set(await Parse.User.signUp(username, password, { email }));
  }

  async logOut(): Promise<void> {
    await Parse.User.logOut();
    this.user.set(null);
  }
}
