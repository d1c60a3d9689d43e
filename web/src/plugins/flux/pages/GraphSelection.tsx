// The node that is selected, and what may be done with it.
import { displayName } from '../../../lib/name';
import { StatusIcon } from '../../../status/Status';
import controls from '../../../ui/controls.module.css';
import { stateWords } from '../graph/look';
import { isGroup, type ViewNode } from '../graph/model';
import classes from './GraphPage.module.css';

interface GraphSelectionProps {
  readonly node: ViewNode;
  readonly unfolded: boolean;
  readonly focused: boolean;
  readonly onOpen: () => void;
  readonly onUnfold: () => void;
  readonly onFocus: () => void;
  readonly onCause: () => void;
}

export function GraphSelection({ node, unfolded, focused, onOpen, onUnfold, onFocus, onCause }: GraphSelectionProps) {
  const many = isGroup(node.key);
  const action = (title: string, key: string, run: () => void, pressed?: boolean) => (
    <button type="button" className={controls['plain']} onClick={run} {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}>
      {title} <kbd className={controls['kbd']}>{key}</kbd>
    </button>
  );
  return (
    <section className={classes['selection']} aria-label="Selected">
      <span className={classes['selected']}>
        {node.status === undefined ? null : <StatusIcon status={node.status} label />}
        <span className="dim">{node.kind}</span>
        <strong className="cut">{displayName(node.namespace, node.name)}</strong>
        <span className="dim">{node.status ?? stateWords[node.state]}</span>
      </span>
      <span className={classes['space']} />
      {many ? action('Unfold', 'Enter', onOpen) : node.state === 'hidden' ? null : action('Open', 'Enter', onOpen)}
      {node.node === undefined ? null : action(focused ? 'Show all' : 'Focus', 'f', onFocus, focused)}
      {!many && node.unfolds ? action(unfolded ? 'Hide what it applied' : 'What it applied', 'e', onUnfold, unfolded) : null}
      {node.cause === undefined ? null : action('To the cause', 'c', onCause)}
    </section>
  );
}
