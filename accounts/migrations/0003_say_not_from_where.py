"""Of an organiser's sign-in neither the network address nor the browser is written down.

django-allauth fills both columns in its own table and has no setting against it, so the database
empties them on the way in, whoever writes.
"""

from django.db import migrations

EMPTY = """
    CREATE FUNCTION accounts_say_not_from_where() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.ip = '0.0.0.0';
        NEW.user_agent = '';
        RETURN NEW;
    END $$;
    CREATE TRIGGER say_not_from_where BEFORE INSERT OR UPDATE ON usersessions_usersession
        FOR EACH ROW EXECUTE FUNCTION accounts_say_not_from_where();
    UPDATE usersessions_usersession SET ip = ip;
"""
BACK = """
    DROP TRIGGER say_not_from_where ON usersessions_usersession;
    DROP FUNCTION accounts_say_not_from_where();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_review_keys"), ("usersessions", "0001_initial")]
    operations = [migrations.RunSQL(EMPTY, BACK)]
