import { provideZonelessChangeDetection } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { provideRouter, withHashLocation } from '@angular/router';
import Parse from 'parse';

import { App } from './app/app';
import { routes } from './app/routes';

interface Settings {
  serverURL: string;
  appId: string;
  jsKey: string;
}

// Read when the page opens, so that one build serves any Parsley.
async function start(): Promise<void> {
  const settings = (await (await fetch('settings.json')).json()) as Settings;
  Parse.initialize(settings.appId, settings.jsKey);
  Parse.serverURL = settings.serverURL;
  await bootstrapApplication(App, {
    providers: [provideZonelessChangeDetection(), provideRouter(routes, withHashLocation())],
  });
}

start().catch((error: unknown) => console.error(error));
