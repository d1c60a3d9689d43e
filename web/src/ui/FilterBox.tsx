// The filter of a list: finished terms are chips, the rest is free text. An unfinished term is not asked yet, so that
// typing `status:` does not empty the list.
import { type KeyboardEvent, type RefObject, useEffect, useId, useState } from 'react';
import { formatFilter, formatTerm, parseFilter, parseTerm, suggestTerms, type TermKey } from '../lib/searchTerms';
import classes from './FilterBox.module.css';
import { Icon } from './icons';

interface FilterBoxProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly values: Readonly<Partial<Record<TermKey, readonly string[]>>>;
  readonly input: RefObject<HTMLInputElement | null>;
  readonly label: string;
}

const typingMs = 150;

const lastWord = (text: string): string => text.slice(text.lastIndexOf(' ') + 1);

export function FilterBox({ value, onChange, values, input, label }: FilterBoxProps) {
  const listId = useId();
  const [told, setTold] = useState(value);
  const [draft, setDraft] = useState(() => parseFilter(value).text);
  const [chosen, setChosen] = useState(-1);
  const [open, setOpen] = useState(false);
  if (value !== told) {
    // The address changed under the box: a link, or back.
    setTold(value);
    setDraft(parseFilter(value).text);
  }
  const { terms } = parseFilter(told);
  const word = lastWord(draft);
  const suggestions = open ? suggestTerms(word, values) : [];

  const tell = (next: string): void => {
    setTold(next);
    onChange(next);
  };
  const settled = formatFilter({ terms, text: (parseTerm(word) === undefined ? draft : draft.slice(0, draft.length - word.length)).trim() });
  useEffect(() => {
    if (settled === told) return undefined;
    const timer = setTimeout(() => {
      setTold(settled);
      onChange(settled);
    }, typingMs);
    return () => {
      clearTimeout(timer);
    };
  }, [settled, told, onChange]);

  const finish = (text: string): void => {
    const parsed = parseFilter(text);
    setDraft(parsed.text);
    setChosen(-1);
    tell(formatFilter({ terms: [...terms, ...parsed.terms], text: parsed.text }));
  };
  const choose = (suggestion: string): void => {
    const start = draft.slice(0, draft.length - word.length);
    if (suggestion.endsWith(':')) {
      setDraft(start + suggestion);
      setChosen(-1);
    } else {
      finish(start + suggestion);
    }
    input.current?.focus();
  };
  const keys = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' && suggestions.length > 0) setChosen((chosen + 1) % suggestions.length);
    else if (event.key === 'ArrowUp' && suggestions.length > 0) setChosen((chosen - 1 + suggestions.length) % suggestions.length);
    else if (event.key === 'Enter') {
      const suggestion = suggestions[chosen];
      if (suggestion === undefined) finish(draft);
      else choose(suggestion);
    } else if (event.key === 'Backspace' && draft === '' && terms.length > 0) {
      const last = terms[terms.length - 1];
      setDraft(last === undefined ? '' : formatTerm(last));
      tell(formatFilter({ terms: terms.slice(0, -1), text: '' }));
    } else return;
    event.preventDefault();
  };
  return (
    <div className={classes['box']} role="search">
      <Icon name="search" size={14} />
      {terms.map((term, index) => {
        const text = formatTerm(term);
        return (
          <button
            key={`${text} ${index}`}
            type="button"
            className={classes['chip']}
            aria-label={`Remove ${text}`}
            onClick={() => {
              tell(formatFilter({ terms: terms.filter((_, other) => other !== index), text: draft }));
              input.current?.focus();
            }}
          >
            {text}
            <Icon name="close" size={10} />
          </button>
        );
      })}
      <input
        ref={input}
        className={classes['input']}
        value={draft}
        maxLength={900}
        role="combobox"
        aria-label={label}
        aria-expanded={suggestions.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        {...(suggestions[chosen] === undefined ? {} : { 'aria-activedescendant': `${listId}-${chosen}` })}
        placeholder={terms.length === 0 ? 'Filter: text, status:, ns:, label:' : ''}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => {
          setOpen(true);
          setChosen(-1);
          const text = event.target.value;
          if (/\s$/.test(text) && parseTerm(lastWord(text.trimEnd())) !== undefined) finish(text);
          else setDraft(text);
        }}
        onKeyDown={keys}
        onBlur={() => {
          setOpen(false);
          if (parseTerm(word) !== undefined) finish(draft);
        }}
      />
      {told === '' && draft === '' ? <kbd className={classes['key']}>/</kbd> : null}
      <div id={listId} role="listbox" aria-label="Suggestions" className={classes['list']} hidden={suggestions.length === 0}>
        {suggestions.map((suggestion, index) => (
          <div
            key={suggestion}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === chosen}
            className={classes['option']}
            onPointerDown={(event) => {
              event.preventDefault();
              choose(suggestion);
            }}
          >
            {suggestion}
          </div>
        ))}
      </div>
    </div>
  );
}
