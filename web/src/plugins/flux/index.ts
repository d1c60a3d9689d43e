// The pages of Flux as a whole. Its lists and objects are drawn as those of any kind.
import type { Plugin } from '../../shell/host';
import { ControllersPage } from './pages/ControllersPage';
import { DashboardPage } from './pages/DashboardPage';
import { GraphPage } from './pages/GraphPage';

// The groups whose objects are nodes of the graph.
const drawn: ReadonlySet<string> = new Set(['kustomize.toolkit.fluxcd.io', 'helm.toolkit.fluxcd.io', 'source.toolkit.fluxcd.io', 'source.extensions.fluxcd.io', 'fluxcd.controlplane.io']);

export const flux: Plugin = {
  id: 'flux',
  pages: [
    { path: 'flux', title: 'Dashboard', component: DashboardPage, menu: { section: 'flux' } },
    { path: 'flux/graph', title: 'Graph', component: GraphPage, menu: { section: 'flux' }, around: (group) => drawn.has(group) },
    { path: 'flux/controllers', title: 'Controllers', component: ControllersPage, menu: { section: 'flux' } },
  ],
};
