// One a pane: what breaks in one place leaves the rest working, and says so with something to copy.
import { Component, type ReactNode } from 'react';
import { CopyButton } from '../ui/CopyButton';
import controls from '../ui/controls.module.css';
import { Notice } from '../ui/Notice';

interface Props {
  readonly what: string;
  readonly children: ReactNode;
}

export class ErrorBoundary extends Component<Props, { readonly error: Error | undefined }> {
  override state: { readonly error: Error | undefined } = { error: undefined };

  static getDerivedStateFromError(error: unknown): { error: Error } {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <Notice
        tone="bad"
        icon="warning"
        title={`${this.props.what} could not be drawn. This is a mistake of Masthead, not of your cluster.`}
        actions={
          <>
            <button type="button" className={controls['button']} onClick={() => { this.setState({ error: undefined }); }}>Draw again</button>
            <CopyButton withWord label="Copy details" text={`${error.message}\n${error.stack ?? ''}`} />
          </>
        }
      >
        {error.message}
      </Notice>
    );
  }
}
