import type { ServerAt } from '../../lib/contract/connecting.ts';
import { Field } from '../ui/field.tsx';

/** A server as it stands in the form. */
export type ServerText = {
  readonly host: string;
  readonly port: string;
  readonly security: ServerAt['security'];
};

export const emptyServer = (known: ServerAt | undefined, usualPort: number): ServerText => ({
  host: known?.host ?? '',
  port: String(known?.port ?? usualPort),
  security: known?.security ?? 'tls',
});

/** Host, port and encryption of one server. There is no way without encryption. */
export const ServerFields = ({
  name,
  title,
  hint,
  server,
  wrong,
  onChange,
}: {
  name: 'imap' | 'smtp';
  title: string;
  hint: string;
  server: ServerText;
  wrong: ReadonlySet<string>;
  onChange: (server: ServerText) => void;
}) => (
  <fieldset className="server-fields">
    <legend className="strong">{title}</legend>
    <p className="small muted whole">{hint}</p>
    <Field label="Host" error={wrong.has(`${name}-host`) ? 'Give the server’s name.' : undefined}>
      {(parts) => (
        <input
          {...parts}
          className="input"
          name={`${name}-host`}
          autoComplete="off"
          spellCheck={false}
          placeholder={`${name}.example.com`}
          value={server.host}
          onChange={(event) => onChange({ ...server, host: event.target.value })}
        />
      )}
    </Field>
    <Field label="Port" error={wrong.has(`${name}-port`) ? 'A number up to 65535.' : undefined}>
      {(parts) => (
        <input
          {...parts}
          className="input"
          name={`${name}-port`}
          inputMode="numeric"
          autoComplete="off"
          value={server.port}
          onChange={(event) => onChange({ ...server, port: event.target.value })}
        />
      )}
    </Field>
    <Field label="Encryption">
      {(parts) => (
        <select
          {...parts}
          className="input"
          name={`${name}-security`}
          value={server.security}
          onChange={(event) =>
            onChange({ ...server, security: event.target.value === 'starttls' ? 'starttls' : 'tls' })
          }
        >
          <option value="tls">TLS</option>
          <option value="starttls">STARTTLS</option>
        </select>
      )}
    </Field>
  </fieldset>
);
