// The served sections as they come, then conditions, related objects, labels and annotations.
import type { ReactNode } from 'react';
import type { Condition, Detail, Field } from '../../../api/types';
import { Linked } from '../../../ui/ObjectLink';
import { CellView } from '../../../ui/CellView';
import { Time } from '../../../ui/Time';
import { AppliedBy } from './AppliedBy';
import classes from './ObjectPane.module.css';
import { groupsOf } from './Related';

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes['section']} aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Fields({ fields }: { readonly fields: readonly Field[] }) {
  return (
    <dl className={classes['fields']}>
      {fields.map(({ id, label, type, value, explanation }) => (
        <div key={id}>
          <dt data-tip={explanation}>{label}</dt>
          <dd>
            <CellView type={type} cell={value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** Good is grey; only what is not as wanted is coloured. A mark and the word say it as well. */
function ConditionRow({ condition }: { readonly condition: Condition }) {
  const { type, status, good, reason, message, since, observedGeneration } = condition;
  const tone = good === null ? 'plain' : good ? 'good' : status === 'Unknown' ? 'attn' : 'bad';
  return (
    <li className={classes['condition']} data-tone={tone}>
      <div className={classes['conditionLine']}>
        <span className={classes['conditionMark']} aria-hidden="true">{good === null ? '·' : good ? '✓' : '✕'}</span>
        <strong>{type}</strong>
        <span className={classes['conditionStatus']}>{status}</span>
        {reason === undefined ? null : <span className={classes['reason']}>{reason}</span>}
        <span className={classes['when']}>
          <Time at={since} />
        </span>
      </div>
      {message === undefined || message === '' ? null : <p className={classes['message']}>{message}</p>}
      {observedGeneration === undefined ? null : <span className="sr">of generation {observedGeneration}</span>}
    </li>
  );
}

function Conditions({ conditions }: { readonly conditions: readonly Condition[] }) {
  if (conditions.length === 0) return <p className={classes['none']}>It has no conditions.</p>;
  return (
    <ul className={classes['conditions']}>
      {conditions.map((condition) => (
        <ConditionRow key={condition.type} condition={condition} />
      ))}
    </ul>
  );
}

function Identity({ detail }: { readonly detail: Detail }) {
  const { created, generation, uid, apiVersion, finalizers, deleting } = detail;
  const fields: Field[] = [
    { id: 'created', label: 'Created', type: 'time', value: created ?? null },
    ...(deleting === undefined ? [] : [{ id: 'deleting', label: 'Deletion asked', type: 'time' as const, value: deleting }]),
    ...(apiVersion === undefined ? [] : [{ id: 'api', label: 'API version', type: 'mono' as const, value: apiVersion }]),
    ...(generation === undefined ? [] : [{ id: 'generation', label: 'Generation', type: 'number' as const, value: generation }]),
    ...(finalizers === undefined || finalizers.length === 0 ? [] : [{ id: 'finalizers', label: 'Finalizers', type: 'list' as const, value: finalizers }]),
    { id: 'uid', label: 'UID', type: 'mono', value: uid },
  ];
  return <Fields fields={fields} />;
}

export function Overview({ detail, only }: { readonly detail: Detail; readonly only?: 'conditions' }) {
  if (only === 'conditions') {
    return (
      <div className={classes['body']}>
        <section className={classes['section']} aria-label="Conditions">
          <Conditions conditions={detail.conditions} />
        </section>
      </div>
    );
  }
  const { labels, annotations, appliedBy, garbage, sections } = detail;
  return (
    <div className={classes['body']}>
      {garbage === undefined ? null : (
        <Section title="Not read as its kind">
          <p className={classes['garbage']}>{garbage} It is shown as it is; see YAML.</p>
        </Section>
      )}
      {sections.filter(({ fields }) => fields.length > 0).map(({ id, title, fields }) => (
        <Section key={id} title={title}>
          <Fields fields={fields} />
        </Section>
      ))}
      {appliedBy === undefined ? null : (
        <Section title="Applied by">
          <AppliedBy answer={appliedBy} />
        </Section>
      )}
      {detail.conditions.length === 0 ? null : (
        <Section title="Conditions">
          <Conditions conditions={detail.conditions} />
        </Section>
      )}
      {groupsOf(detail).map(({ title, items }) => (
        <Section key={title} title={title}>
          <ul className={classes['linkedList']}>
            {items.slice(0, 8).map((item) => (
              <li key={`${item.ref.group}/${item.ref.kind}/${item.ref.namespace}/${item.ref.name}/${item.relation ?? ''}`}>
                <Linked linked={item} />
                {item.relation === undefined || item.relation === '' ? null : <span className="dim">{item.relation}</span>}
              </li>
            ))}
          </ul>
          {items.length > 8 ? <p className={classes['none']}>{items.length - 8} more under Related.</p> : null}
        </Section>
      ))}
      <Section title="Labels and annotations">
        <Fields
          fields={[
            { id: 'labels', label: 'Labels', type: 'labels', value: labels },
            { id: 'annotations', label: 'Annotations', type: 'labels', value: annotations },
          ]}
        />
      </Section>
      <Section title="Identity">
        <Identity detail={detail} />
      </Section>
    </div>
  );
}
