// A sentence in which commands stand between backticks: drawn as code that can be copied.
import { partsOfText } from '../lib/texts';
import controls from './controls.module.css';
import { CopyButton } from './CopyButton';

export function TextWithCommands({ text }: { readonly text: string }) {
  return partsOfText(text).map(({ text: part, command, mark }, index) =>
    command ? (
      <span key={index} className={controls['command']}>
        <code>{part}</code>
        {mark}
        <CopyButton text={part} label="Copy the command" />
      </span>
    ) : (
      <span key={index}>{part}</span>
    ),
  );
}
