import { CurrencyPipe, DatePipe } from '@angular/common';
import { Component, inject, input, output, signal } from '@angular/core';

import { Crm } from './crm';
import { Activity, Deal, KINDS, Kind, STAGES, Stage } from './models';
import { Trouble } from './trouble';

@Component({
  selector: 'app-deal-card',
  imports: [CurrencyPipe, DatePipe],
  template: `
    <strong>{{ deal().title }}</strong>
    @if (deal().company; as company) {
      <span>{{ company }}</span>
    }
    <span>{{ deal().amount | currency }} {{ deal().closes | date: 'mediumDate' : 'UTC' }}</span>
    <label>
      Stage
      <select #stage [value]="deal().stage" (change)="moved.emit(stageOf(stage.value))">
        @for (each of stages; track each) {
          <option [selected]="each === deal().stage">{{ each }}</option>
        }
      </select>
    </label>
    <details (toggle)="load()">
      <summary>Activities</summary>
      <form class="stack" (submit)="log($event, kind.value, subject)">
        <label>
          Kind
          <select #kind>
            @for (each of kinds; track each) {
              <option>{{ each }}</option>
            }
          </select>
        </label>
        <label>Subject <input #subject required /></label>
        <button>Log</button>
      </form>
      <ul>
        @for (activity of activities(); track activity.id) {
          <li>{{ activity.kind }}: {{ activity.subject }} <time>{{ activity.at | date: 'short' }}</time></li>
        } @empty {
          <li>Nothing yet.</li>
        }
      </ul>
    </details>
  `,
})
export class DealCard {
  readonly deal = input.required<Deal>();
  readonly moved = output<Stage>();
  protected readonly stages = STAGES;
  protected readonly kinds = KINDS;
  protected readonly activities = signal<Activity[]>([]);
  private readonly crm = inject(Crm);
  private readonly trouble = inject(Trouble);

  protected stageOf(word: string): Stage {
    return STAGES.find((stage) => stage === word) ?? this.deal().stage;
  }

  protected async load(): Promise<void> {
    await this.trouble.around(async () => this.activities.set(await this.crm.activities(this.deal())));
  }

  protected async log(event: Event, word: string, subject: HTMLInputElement): Promise<void> {
    event.preventDefault();
    const kind: Kind = KINDS.find((each) => each === word) ?? 'note';
    if (await this.trouble.around(() => this.crm.log(this.deal(), kind, subject.value))) {
      subject.value = '';
      await this.load();
    }
  }
}
