import { Component, type ReactNode } from "react";
import { detailsOf } from "../ui/error-text.ts";
import { Notice } from "../ui/notice.tsx";

interface PageErrorsProps {
  readonly children: ReactNode;
}

/** Keeps an error of a page, or one while it is loaded, within the page: the navigation goes on. */
export class PageErrors extends Component<PageErrorsProps, { readonly error: Error | null }> {
  override state: { readonly error: Error | null } = { error: null };

  static getDerivedStateFromError(error: Error): { readonly error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Notice
        title="This page does not work right now"
        action={{ label: "Load it again", run: () => window.location.reload() }}
        details={detailsOf(error)}
      >
        The other pages are not affected.
      </Notice>
    );
  }
}
