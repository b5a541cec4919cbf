/*
 * What a sender wrote as HTML, made harmless: cleaned here, and then shown only in a frame without scripts, without an
 * origin and under its own content policy (components/thread/message-body.tsx). Any one of the three is enough; none is
 * counted on alone.
 */
import createPurifier, { type Config, type DOMPurify, type WindowLike } from 'dompurify';

export type CleanMail = {
  /** What goes into the document's body. */
  readonly body: string;
  /** A whole document for an iframe's srcdoc. */
  readonly srcdoc: string;
  /** The mail points to pictures elsewhere; they are left out unless asked for. */
  readonly hasRemoteImages: boolean;
};

export type MailCleaner = (html: string, options: { readonly withRemoteImages: boolean }) => CleanMail;

/** `window`: whose HTML parser reads what the sender wrote, the browser's own or one that stands in for it on the server. */
export const mailCleaner = (window: WindowLike): MailCleaner => {
  const purifier = createPurifier(window);
  return (html, options) => {
    const body = purify(purifier, html) ?? purify(purifier, `<body>${html}`);
    if (body === undefined) throw new Error('HTML inside a body has no body');
    const hasRemoteImages = settleImages(body, options.withRemoteImages);
    settleLinks(body);
    settleStyles(body);
    // Of the fragment's own, lifeless document: put into this one, its pictures would load here, outside the mail's frame.
    const holder = body.ownerDocument.createElement('div');
    holder.append(body);
    const cleaned = holder.innerHTML;
    return {
      body: cleaned,
      srcdoc: documentAround(cleaned, options.withRemoteImages && hasRemoteImages),
      hasRemoteImages,
    };
  };
};

/** Undefined where the HTML has a set of frames in the place of a body; inside a body there can't be one. */
const purify = (purifier: DOMPurify, html: string): DocumentFragment | undefined =>
  (purifier.sanitize(html, { ...config, RETURN_DOM_FRAGMENT: true }) as DocumentFragment | null) ?? undefined;

const config: Config = {
  USE_PROFILES: { html: true },
  FORBID_TAGS: [
    ...['style', 'form', 'input', 'button', 'select', 'option', 'textarea', 'fieldset', 'label', 'dialog'],
    ...[
      'audio',
      'video',
      'source',
      'track',
      'picture',
      'map',
      'area',
      'marquee',
      'link',
      'meta',
      'base',
      'template',
    ],
  ],
  FORBID_ATTR: [
    'srcset',
    'background',
    'poster',
    'ping',
    'action',
    'formaction',
    'usemap',
    'id',
    'name',
    'class',
    'autofocus',
  ],
  ALLOW_DATA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|tel:|data:image\/(?:png|jpeg|gif|webp|avif|bmp);)/i,
};

const pictureInMail = /^data:image\/(?:png|jpeg|gif|webp|avif|bmp)[;,]/i;

/** True when some picture lies elsewhere. Without leave, such pictures lose their address and keep their alternative text. */
const settleImages = (body: DocumentFragment, withRemoteImages: boolean): boolean => {
  let hasRemoteImages = false;
  for (const image of body.querySelectorAll('img')) {
    const source = image.getAttribute('src') ?? '';
    if (pictureInMail.test(source)) continue;
    const isRemote = /^https?:/i.test(source);
    hasRemoteImages ||= isRemote;
    if (!isRemote || !withRemoteImages) image.removeAttribute('src');
    image.setAttribute('referrerpolicy', 'no-referrer');
  }
  return hasRemoteImages;
};

/** A link leaves to a tab of its own and says nothing of where it was. */
const settleLinks = (body: DocumentFragment): void => {
  for (const link of body.querySelectorAll('a[href]')) {
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer nofollow');
    link.setAttribute('title', link.getAttribute('href') ?? '');
  }
};

/** A style that fetches (`url`, `image-set`, `@import`), or escapes letters to hide that it does, goes as a whole. */
const settleStyles = (body: DocumentFragment): void => {
  for (const styled of body.querySelectorAll('[style]')) {
    const style = styled.getAttribute('style') ?? '';
    if (/url|image|@|\\|expression|src\s*\(/i.test(style)) styled.removeAttribute('style');
  }
};

const documentAround = (body: string, withRemoteImages: boolean): string =>
  `<!doctype html><html><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:${
    withRemoteImages ? ' https:' : ''
  }; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; upgrade-insecure-requests"><meta name="referrer" content="no-referrer"><style>${frameStyle}</style></head><body>${body}</body></html>`;

/** Mail is written for a white page; the system's own colours are asked for, in light, whatever the panel shows. */
const frameStyle =
  ':root{color-scheme:light;background:Canvas;color:CanvasText;font:13px/18px system-ui,sans-serif;overflow-wrap:anywhere}body{margin:8px}img{max-width:100%;height:auto}table{max-width:100%}pre{white-space:pre-wrap}';
