import { CurrencyPipe } from '@angular/common';
import { Component, OnDestroy, OnInit, inject, signal } from '@angular/core';

import { Crm } from './crm';
import { DealCard } from './deal-card';
import { Deal, STAGES, Stage } from './models';
import { Trouble } from './trouble';

@Component({
  selector: 'app-board',
  imports: [CurrencyPipe, DealCard],
  template: `
    <h1>Board</h1>
    <form class="row" (submit)="add($event, title, amount)">
      <label>Title <input #title required /></label>
      <label>Amount <input #amount type="number" min="0" step="0.01" /></label>
      <button>Add deal</button>
    </form>
    <label>
      Show
      <select #choice (change)="show(choice.value)">
        <option value="">all stages</option>
        @for (stage of stages; track stage) {
          <option>{{ stage }}</option>
        }
      </select>
    </label>
    <p role="status">{{ isLive() ? 'What others change is shown as they do it.' : '' }}</p>
    <div class="board">
      @for (column of crm.board(); track column.stage) {
        @if (!only() || only() === column.stage) {
          <section [attr.aria-labelledby]="column.stage">
            <h2 [id]="column.stage">{{ column.stage }}</h2>
            <p>{{ column.deals.length }} · {{ column.sum | currency }}</p>
            <ul class="cards">
              @for (deal of column.deals; track deal.id) {
                <li><app-deal-card [deal]="deal" (moved)="move(deal, $event)" /></li>
              }
            </ul>
          </section>
        }
      }
    </div>
  `,
})
export class Board implements OnInit, OnDestroy {
  protected readonly crm = inject(Crm);
  protected readonly stages = STAGES;
  protected readonly only = signal('');
  protected readonly isLive = signal(false);
  private readonly trouble = inject(Trouble);
  private unfollow: (() => void) | null = null;
  private isGone = false;

  async ngOnInit(): Promise<void> {
    await this.trouble.around(() => this.crm.loadDeals());
    await this.trouble.around(() => this.follow());
  }

  ngOnDestroy(): void {
    this.isGone = true;
    this.unfollow?.();
  }

  // And once more the deals: what changed before the first event would be missed.
  private async follow(): Promise<void> {
    this.unfollow = await this.crm.follow();
    if (this.isGone) return this.unfollow();
    await this.crm.loadDeals();
    this.isLive.set(true);
  }

  protected show(stage: string): void {
    this.only.set(stage);
  }

  protected async add(event: Event, title: HTMLInputElement, amount: HTMLInputElement): Promise<void> {
    event.preventDefault();
    if (await this.trouble.around(() => this.crm.addDeal(title.value, amount.valueAsNumber))) {
      title.value = amount.value = '';
    }
  }

  protected async move(deal: Deal, stage: Stage): Promise<void> {
    await this.trouble.around(() => this.crm.move(deal, stage));
  }
}
