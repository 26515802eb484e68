"""Where it is kept: tables, engines, statements, migrations, content files."""
