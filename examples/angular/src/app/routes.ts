import { inject } from '@angular/core';
import { CanActivateFn, Router, Routes } from '@angular/router';

import { Board } from './board';
import { Contacts } from './contacts';
import { SignIn } from './sign-in';
import { Session } from './session';

const signedIn: CanActivateFn = () => inject(Session).user() !== null || inject(Router).parseUrl('/sign-in');

export const routes: Routes = [
  { path: '', component: Board, canActivate: [signedIn], title: 'Board' },
  { path: 'contacts', component: Contacts, canActivate: [signedIn], title: 'Contacts' },
  { path: 'sign-in', component: SignIn, title: 'Sign in' },
  { path: '**', redirectTo: '' },
];
