-- installed_policies: which files were applied. db/install.py writes it.
create table if not exists rowlock.installed_policies (
    file text primary key,
    sha256 text not null,
    fingerprint text not null,
    installed_at timestamptz not null default now(),
    installed_by text not null default current_user
);
comment on table rowlock.installed_policies is
'Each policy file, and schema audit, as last applied: the hash of its text, and the fingerprint '
'that rowlock.live_policies had for it afterwards.';
