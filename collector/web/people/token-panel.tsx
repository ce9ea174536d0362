// The own API tokens: list, create (the secret is shown once), remove.
import { useSignal } from '@preact/signals';
import type { ApiToken } from '../../../shared/api/people.ts';
import type { Permission } from '../../../shared/model/role.ts';
import { createToken, fetchTokens, removeToken } from '../api/people-resources.ts';
import { formatMoment } from '../charts/time-format.ts';
import { say } from '../i18n/language.ts';
import { errorText } from '../parts/error-text.ts';
import { CheckField, NumberField, TextField } from '../parts/form-fields.tsx';
import { formText } from '../parts/form-text.ts';
import { ErrorNotice } from '../parts/notice.tsx';
import { useResource } from '../parts/use-resource.ts';
import { words } from './people-words.ts';
import { RemoveButton } from './remove-button.tsx';

const days = { min: 1, max: 90, default: 30 };

export function TokenPanel({ permissions }: { readonly permissions: readonly Permission[] }) {
  const tokens = useResource((signal) => fetchTokens({ signal }), []);
  const secret = useSignal('');
  const problem = useSignal('');
  const attempt = async (wish: () => Promise<void>): Promise<void> => {
    problem.value = '';
    try {
      await wish();
      tokens.reload();
    } catch (error) {
      problem.value = errorText(error);
    }
  };
  const list = tokens.data.value ?? [];
  return (
    <section class="panel padded">
      <h2>{say(words.tokens)}</h2>
      <p class="muted">{say(words.tokensText)}</p>
      {tokens.error.value !== null && <ErrorNotice error={tokens.error.value} />}
      {list.length === 0 && <p class="table-empty">{say(words.noTokens)}</p>}
      {list.length > 0 && <TokenTable tokens={list} onRemove={(id) => void attempt(() => removeToken(id))} />}
      {secret.value !== '' && <Secret text={secret.value} note={say(words.secret)} />}
      {problem.value !== '' && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <NewToken
        permissions={permissions}
        onCreate={(form) =>
          void attempt(async () => {
            const fields = new FormData(form);
            const network = formText(fields, 'network').trim();
            const token = await createToken({
              name: formText(fields, 'name'),
              days: Number(fields.get('days')),
              permissions: permissions.filter((permission) => fields.get(permission) !== null),
              ...(network === '' ? {} : { network }),
            });
            secret.value = token.secret;
            form.reset();
          })
        }
      />
    </section>
  );
}

/** What is shown once, to be copied. */
export function Secret({ text, note }: { readonly text: string; readonly note: string }) {
  return (
    <div class="notice info" role="status">
      <div>
        <b>{note}</b>
        <p>
          <code class="mono secret" data-testid="secret">
            {text}
          </code>
        </p>
      </div>
    </div>
  );
}

interface TokenTableProps {
  readonly tokens: readonly ApiToken[];
  readonly onRemove: (id: string) => void;
}

function TokenTable({ tokens, onRemove }: TokenTableProps) {
  return (
    <div class="table-scroll">
      <table class="table" data-testid="token-list" aria-label={say(words.tokens)}>
        <thead>
          <tr>
            <th scope="col">{say(words.tokenName)}</th>
            <th scope="col">{say(words.permissions)}</th>
            <th scope="col">{say(words.until)}</th>
            <th scope="col">{say(words.lastUsed)}</th>
            <th scope="col">{say(words.network)}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {tokens.map(({ id, name, permissions, expires, lastUsed, network }) => (
            <tr key={id}>
              <th scope="row">{name}</th>
              <td class="mono">{permissions.join(' ')}</td>
              <td class="mono">{formatMoment(expires)}</td>
              <td class="mono">{lastUsed === null ? say(words.never) : formatMoment(lastUsed)}</td>
              <td class="mono">{network ?? '–'}</td>
              <td>
                <RemoveButton onRemove={() => onRemove(id)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface NewTokenProps {
  readonly permissions: readonly Permission[];
  readonly onCreate: (form: HTMLFormElement) => void;
}

function NewToken({ permissions, onCreate }: NewTokenProps) {
  return (
    <form
      class="form narrow"
      data-testid="token-form"
      onSubmit={(event) => {
        event.preventDefault();
        onCreate(event.currentTarget);
      }}
    >
      <TextField name="name" label={say(words.tokenName)} required />
      <NumberField name="days" label={say(words.days)} unit={say(words.daysUnit)} limits={days} />
      <fieldset class="field">
        <legend>{say(words.permissions)}</legend>
        {permissions.map((permission) => (
          <CheckField key={permission} name={permission}>
            <span class="mono">{permission}</span>
          </CheckField>
        ))}
      </fieldset>
      <TextField name="network" label={say(words.network)} note={say(words.networkNote)} />
      <button type="submit" class="button">
        {say(words.create)}
      </button>
    </form>
  );
}
