"""Storage: tables, engines, SQL statements, migrations, attachments, backups and durable files."""
