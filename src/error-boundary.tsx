import { Component, type ReactNode } from 'react';

type Props = { children: ReactNode; onError: (error: Error) => void };

/** A screen that throws ends the program in order: the terminal is restored and one line says what happened. */
export class ErrorBoundary extends Component<Props, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidCatch(error: Error) {
    this.props.onError(error);
  }

  override render() {
    return this.state.hasFailed ? null : this.props.children;
  }
}
