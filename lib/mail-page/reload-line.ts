/** Shown where the panel was when the extension has been updated beneath the page: only a reload brings the new one in. */
export const reloadLine = (): HTMLElement => {
  const line = document.createElement('p');
  line.setAttribute('role', 'status');
  line.textContent = 'Candor was updated. Reload this tab to go on.';
  Object.assign(line.style, { margin: '0', padding: '16px', font: '13px/20px system-ui, sans-serif' });
  return line;
};
