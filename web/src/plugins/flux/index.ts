// The pages of Flux as a whole. Its lists and objects are drawn as those of any kind.
import type { Plugin } from '../../shell/host';
import { DashboardPage } from './pages/DashboardPage';

export const flux: Plugin = {
  id: 'flux',
  pages: [{ path: 'flux', title: 'Dashboard', component: DashboardPage, menu: { section: 'flux' } }],
};
