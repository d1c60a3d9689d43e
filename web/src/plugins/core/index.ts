// The pages every cluster has. Kinds, columns and sections come from the server.
import type { Plugin } from '../../shell/host';
import { ObjectPane } from './detail/ObjectPane';
import { AuditPage } from './pages/AuditPage';
import { HomePage } from './pages/HomePage';
import { LicensesPage } from './pages/LicensesPage';
import { ListPage } from './pages/ListPage';
import { ListsPage } from './pages/ListsPage';
import { MePage } from './pages/MePage';

export const core: Plugin = {
  id: 'core',
  pages: [
    { path: '', title: 'Home', component: HomePage, menu: 'head' },
    { path: 'lists', title: 'All lists', component: ListsPage },
    { path: 'me', title: 'Me and this page', component: MePage },
    { path: 'audit', title: 'Audit log', component: AuditPage, menu: 'foot' },
    { path: 'licenses', title: 'Licences', component: LicensesPage, menu: 'foot' },
  ],
  list: ListPage,
  object: ObjectPane,
};
