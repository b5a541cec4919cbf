import { useMemo, useState } from 'react';
import type { ThreadMessage } from '../../lib/contract/thread.ts';
import { Button } from '../ui/button.tsx';
import { cleanMail } from './mail-html.ts';

/** What a message says: its plain text, or its HTML cleaned and locked in a frame. */
export const MessageBody = ({ message }: { message: ThreadMessage }) => {
  const { text, signature, quoted, html, isHeadersOnly } = message;
  const [showsHtml, setShowsHtml] = useState(text === undefined);
  if (isHeadersOnly) {
    return <p className="muted">Only the headers of this message are kept here. Open it in your mailbox.</p>;
  }
  if (html !== undefined && showsHtml) {
    return (
      <>
        <HtmlBody html={html} title={`Message: ${message.subject}`} />
        {text === undefined ? null : (
          <Button look="link" onClick={() => setShowsHtml(false)}>
            Show as plain text
          </Button>
        )}
      </>
    );
  }
  if (text === undefined) return <p className="muted">This message is empty.</p>;
  return (
    <>
      <p className="mail-text">{text.trimEnd()}</p>
      {signature === undefined ? null : <p className="mail-text small muted">{signature.trim()}</p>}
      {quoted === undefined ? null : (
        <details>
          <summary className="small muted">What it quotes</summary>
          <p className="mail-text muted">{quoted.trim()}</p>
        </details>
      )}
      {html === undefined ? null : (
        <Button look="link" onClick={() => setShowsHtml(true)}>
          Show as sent
        </Button>
      )}
    </>
  );
};

const HtmlBody = ({ html, title }: { html: string; title: string }) => {
  const [withRemoteImages, setWithRemoteImages] = useState(false);
  const clean = useMemo(() => cleanMail(html, { withRemoteImages }), [html, withRemoteImages]);
  return (
    <>
      {clean.hasRemoteImages && !withRemoteImages ? (
        <div className="remote-images">
          <p className="small muted">
            Pictures from elsewhere are not loaded. Loading them tells the sender that, when and from which
            network this was opened.
          </p>
          <Button onClick={() => setWithRemoteImages(true)}>Show remote images</Button>
        </div>
      ) : null}
      <iframe
        className="mail-frame"
        title={title}
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        srcDoc={clean.srcdoc}
      />
    </>
  );
};
