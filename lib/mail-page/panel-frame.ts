/* The panel's iframe: one a tab, loaded once, moved to each new thread. Moving keeps its page alive only by moveBefore() and
   only between two places that are in the document, so between threads it waits in a parking place on body. */
import type { PanelHost } from './reader.ts';

export type PanelFrame = {
  /** Shows the panel in the host for as long as the host is there. */
  readonly show: (host: PanelHost) => void;
  /** Moves the keyboard into the panel. */
  readonly focus: () => void;
};

/**
 * Loads the panel at once, out of sight, so that the first thread finds it ready. It goes when the signal aborts. In a browser
 * without moveBefore() each thread gets a new frame instead.
 */
export const panelFrame = (url: string, signal: AbortSignal): PanelFrame => {
  const canMove = 'moveBefore' in Element.prototype;
  const parking = parkingPlace();
  let frame = newFrame(url);
  let latest: PanelHost | undefined;
  document.body.append(parking);
  if (canMove) parking.append(frame);
  signal.addEventListener(
    'abort',
    () => {
      frame.remove();
      parking.remove();
    },
    { once: true },
  );

  const moveInto = (place: HTMLElement): void => {
    if (canMove && frame.isConnected && place.isConnected) {
      place.moveBefore(frame, null);
      return;
    }
    // A frame that was out of the document has lost its page.
    frame.remove();
    frame = newFrame(url);
    place.append(frame);
  };
  const leave = (place: HTMLElement): void => {
    if (frame.parentElement !== place || signal.aborted) return;
    if (canMove) moveInto(parking);
    else frame.remove();
  };

  const show = async (host: PanelHost): Promise<void> => {
    latest = host;
    const place = await host.placed;
    if (signal.aborted || host.signal.aborted || latest !== host) return;
    moveInto(place);
    const stopFilling = keepFilled(place);
    host.signal.addEventListener(
      'abort',
      () => {
        stopFilling();
        leave(place);
      },
      { once: true },
    );
  };

  return {
    show: (host) => void show(host),
    focus: () => {
      if (!frame.isConnected || frame.parentElement === parking) return;
      // After the panel handed the keyboard back, it still is the page's active element, and focusing that again does nothing.
      frame.blur();
      frame.focus();
    },
  };
};

const newFrame = (url: string): HTMLIFrameElement => {
  const frame = document.createElement('iframe');
  frame.src = url;
  frame.title = 'Candor';
  Object.assign(frame.style, {
    display: 'block',
    width: '100%',
    height: '100%',
    border: '0',
  });
  return frame;
};

/** Out of sight and out of the keyboard's way, as large as a side bar so that the panel is laid out before it is seen. */
const parkingPlace = (): HTMLElement => {
  const parking = document.createElement('div');
  parking.inert = true;
  parking.setAttribute('aria-hidden', 'true');
  Object.assign(parking.style, {
    position: 'fixed',
    top: '0',
    left: '-10000px',
    width: '300px',
    height: '600px',
    visibility: 'hidden',
  });
  return parking;
};

const leastHeightPx = 320;
/** More than this below the element is another extension's panel. */
const mostBelowPx = 40;

/** Keeps the element as high as what is left of its column, whatever moves above it. */
const keepFilled = (element: HTMLElement): (() => void) => {
  const column = scrollerOf(element);
  const fill = (): void => {
    const above = element.getBoundingClientRect().top - column.getBoundingClientRect().top + column.scrollTop;
    const setHeight = (height: number): void => {
      element.style.height = `${Math.max(leastHeightPx, Math.floor(height))}px`;
    };
    setHeight(column.clientHeight - above);
    // What the page puts around the element adds a little below it, and the column would scroll for that alone.
    const below = column.scrollHeight - column.clientHeight;
    if (below > 0 && below <= mostBelowPx) setHeight(column.clientHeight - above - below);
  };
  const resized = new ResizeObserver(fill);
  resized.observe(column);
  fill();
  return () => resized.disconnect();
};

const scrollerOf = (element: HTMLElement): Element => {
  for (let parent = element.parentElement; parent !== null; parent = parent.parentElement) {
    if (/^(auto|scroll)$/.test(getComputedStyle(parent).overflowY)) return parent;
  }
  return document.documentElement;
};
