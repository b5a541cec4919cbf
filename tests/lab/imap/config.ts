/* Dovecot 2.3 configuration: as it is today, and cut down to what an old server in a company's cellar knows. */
import { join } from 'node:path';

/**
 * 'older': as 'old', and it can take away no message alone. 'no-keywords' and 'older-no-keywords': as 'modern' and 'older', but
 * their mailboxes keep no flags besides \Seen and \Deleted.
 */
export type Persona = 'modern' | 'old' | 'older' | 'no-keywords' | 'older-no-keywords';

/** What those without keywords read their rights from: all of an owner's but "w", writing flags. Source: RFC 4314 sec. 2.1 */
export const ownersRights = '* owner lrtsipekxa\n';

export type ConfigFacts = {
  readonly persona: Persona;
  readonly folder: string;
  readonly osUser: string;
  readonly osGroup: string;
  readonly imapPort: number;
  readonly imapsPort: number;
  /** Ports: at one mail is taken in by LMTP, at the other a mail server is told which passwords are right. */
  readonly delivery?: { readonly lmtpPort: number; readonly authPort: number };
};

/** Logins to one mailbox at once, as many servers allow. */
export const mostConnections = 6;

export const toConfig = ({
  persona,
  folder,
  osUser,
  osGroup,
  imapPort,
  imapsPort,
  delivery,
}: ConfigFacts): string => `
protocols = imap${delivery === undefined ? '' : ' lmtp'}
base_dir = ${join(folder, 'run')}
state_dir = ${join(folder, 'state')}
instance_name = candor-lab
default_internal_user = ${osUser}
default_internal_group = ${osGroup}
default_login_user = ${osUser}
first_valid_uid = 1
first_valid_gid = 1
listen = 127.0.0.1
log_path = ${join(folder, 'dovecot.log')}
ssl = yes
ssl_cert = <${join(folder, 'cert.pem')}
ssl_key = <${join(folder, 'key.pem')}
disable_plaintext_auth = yes
auth_mechanisms = plain login
auth_failure_delay = 0
mail_max_userip_connections = ${mostConnections}
mail_fsync = never
mail_location = maildir:~/Maildir
mail_uid = ${osUser}
mail_gid = ${osGroup}
mailbox_list_index = yes
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${join(folder, 'users')}/%u
}
userdb {
  driver = static
  args = uid=${osUser} gid=${osGroup} home=${join(folder, 'mail')}/%u
}
service anvil {
  chroot =
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  process_min_avail = 1
  service_count = 0
  inet_listener imap {
    port = ${imapPort}
  }
  inet_listener imaps {
    port = ${imapsPort}
    ssl = yes
  }
}
service imap {
  service_count = 200
}
${delivery === undefined ? '' : toDeliveryConfig(delivery)}
${personas[persona](folder)}
`;

const toDeliveryConfig = ({ lmtpPort, authPort }: NonNullable<ConfigFacts['delivery']>): string => `
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
  unix_listener lmtp {
    mode = 0
  }
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = ${authPort}
  }
}
`;

const specialFolders = `
  mailbox Sent {
    special_use = \\Sent
    auto = subscribe
  }
  mailbox Drafts {
    special_use = \\Drafts
    auto = subscribe
  }
  mailbox Spam {
    special_use = \\Junk
    auto = subscribe
  }
  mailbox Bin {
    special_use = \\Trash
    auto = subscribe
  }
`;

const modern = `
namespace inbox {
  inbox = yes
  separator = /
  ${specialFolders}
}`;

const cellar = (capabilities: string) => `
imap_capability = ${capabilities}
namespace inbox {
  inbox = yes
  prefix = INBOX.
  separator = .
  mailbox Trash {
    auto = create
  }
}`;

const withoutKeywords = (folder: string) => `
mail_plugins = acl
protocol imap {
  mail_plugins = acl imap_acl
}
plugin {
  acl = vfile:${join(folder, 'rights')}
}`;

const older = cellar('IMAP4rev1 CHILDREN NAMESPACE LITERAL+');

const personas: Readonly<Record<Persona, (folder: string) => string>> = {
  modern: () => modern,
  old: () => cellar('IMAP4rev1 UIDPLUS CHILDREN NAMESPACE LITERAL+'),
  older: () => older,
  'no-keywords': (folder) => modern + withoutKeywords(folder),
  'older-no-keywords': (folder) => older + withoutKeywords(folder),
};
