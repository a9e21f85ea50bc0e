"""The secret headers of MCP servers have lain there as they were typed."""

from django.db import migrations

from tools.sealing import Unsealable, seal, unseal


def seal_all(apps, schema_editor):
    servers = apps.get_model("tools", "McpServer").objects.using(schema_editor.connection.alias)
    for server in servers.exclude(headers={}):
        server.headers = {name: seal(value) for name, value in server.headers.items()}
        server.save(update_fields=["headers"])


def unseal_all(apps, schema_editor):
    servers = apps.get_model("tools", "McpServer").objects.using(schema_editor.connection.alias)
    for server in servers.exclude(headers={}):
        try:
            server.headers = {name: unseal(value) for name, value in server.headers.items()}
        except Unsealable:
            server.headers = {}
        server.save(update_fields=["headers"])


class Migration(migrations.Migration):
    dependencies = [("tools", "0004_mcp_servers")]
    operations = [migrations.RunPython(seal_all, unseal_all)]
