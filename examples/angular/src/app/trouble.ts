import { Injectable, signal } from '@angular/core';

// What went wrong last, for the page to say.
@Injectable({ providedIn: 'root' })
export class Trouble {
  readonly said = signal('');

  // Whether it was done.
  async around(work: () => Promise<void>): Promise<boolean> {
    this.said.set('');
    try {
      await work();
      return true;
    } catch (error) {
      this.said.set(error instanceof Error ? error.message : String(error));
      return false;
    }
  }
}
