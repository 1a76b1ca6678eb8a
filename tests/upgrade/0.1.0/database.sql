PRAGMA foreign_keys=OFF;
BEGIN;

CREATE TABLE "django_migrations" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL, "applied" datetime NOT NULL);
INSERT INTO "django_migrations" ("id", "app", "name", "applied") VALUES
(1,'accounts','0001_initial','2026-03-02 06:00:00'),(2,'accounts','0002_default_team','2026-03-02 06:00:00'),
(3,'api','0001_initial','2026-03-02 06:00:00'),(4,'contenttypes','0001_initial','2026-03-02 06:00:00'),
(5,'contenttypes','0002_remove_content_type_name','2026-03-02 06:00:00'),(6,'auth','0001_initial','2026-03-02 06:00:00'),
(7,'auth','0002_alter_permission_name_max_length','2026-03-02 06:00:00'),
(8,'auth','0003_alter_user_email_max_length','2026-03-02 06:00:00'),
(9,'auth','0004_alter_user_username_opts','2026-03-02 06:00:00'),
(10,'auth','0005_alter_user_last_login_null','2026-03-02 06:00:00'),
(11,'auth','0006_require_contenttypes_0002','2026-03-02 06:00:00'),
(12,'auth','0007_alter_validators_add_error_messages','2026-03-02 06:00:00'),
(13,'auth','0008_alter_user_username_max_length','2026-03-02 06:00:00'),
(14,'auth','0009_alter_user_last_name_max_length','2026-03-02 06:00:00'),
(15,'auth','0010_alter_group_name_max_length','2026-03-02 06:00:00'),
(16,'auth','0011_update_proxy_permissions','2026-03-02 06:00:00'),
(17,'auth','0012_alter_user_first_name_max_length','2026-03-02 06:00:00'),
(18,'calendars','0001_initial','2026-03-02 06:00:00'),(19,'channels','0001_initial','2026-03-02 06:00:00'),
(20,'customers','0001_initial','2026-03-02 06:00:00'),(21,'conversations','0001_initial','2026-03-02 06:00:00'),
(22,'core','0001_initial','2026-03-02 06:00:00'),(23,'email','0001_initial','2026-03-02 06:00:00'),
(24,'notifications','0001_initial','2026-03-02 06:00:00'),(25,'search','0001_initial','2026-03-02 06:00:00'),
(26,'sessions','0001_initial','2026-03-02 06:00:00');

CREATE TABLE "accounts_apitoken" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL, "prefix" varchar(12) NOT NULL, "digest" varchar(64) NOT NULL UNIQUE, "scopes" text NOT NULL CHECK ((JSON_VALID("scopes") OR "scopes" IS NULL)), "created_at" datetime NOT NULL, "last_used_at" datetime NULL, "expires_at" datetime NULL, "revoked_at" datetime NULL, "agent_id" bigint NOT NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "accounts_apitoken" ("id", "name", "prefix", "digest", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at", "agent_id") VALUES
(1,'old script','tmd_aPZw1gyJ','1bb4fa2375e47186c6a343700db4d7bdb9628c82c5072778051d6cdebd52fc9b','["read", "write"]','2026-03-02 23:27:20',NULL,NULL,'2026-03-02 23:27:20',6),
(2,'warehouse','tmd_m9HXvQQu','c643fc15176f98e028fdd8b3ac49a8ab8a2a68b7abe6eb234b99958efae376ef','["read", "write", "admin"]','2026-03-02 23:27:20','2026-03-02 23:27:20',NULL,NULL,1);

CREATE TABLE "accounts_signinattempt" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "account" varchar(254) NOT NULL, "address" char(39) NOT NULL, "at" datetime NOT NULL);
INSERT INTO "accounts_signinattempt" ("id", "account", "address", "at") VALUES
(3,'daniel@nortun.example','127.0.0.1','2026-03-02 23:27:20');

CREATE TABLE "accounts_team" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL UNIQUE, "is_default" bool NOT NULL, "created_at" datetime NOT NULL);
INSERT INTO "accounts_team" ("id", "name", "is_default", "created_at") VALUES
(1,'Սպասարկում',1,'2026-03-02 06:00:00'),(2,'თბილისის გუნდი',0,'2026-03-02 06:00:00');

CREATE TABLE "accounts_invitation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "email" varchar(254) NOT NULL, "name" varchar(120) NOT NULL, "role" varchar(10) NOT NULL, "digest" varchar(64) NOT NULL UNIQUE, "created_at" datetime NOT NULL, "expires_at" datetime NOT NULL, "accepted_at" datetime NULL, "invited_by_id" bigint NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "accounts_invitation" ("id", "email", "name", "role", "digest", "created_at", "expires_at", "accepted_at", "invited_by_id") VALUES
(1,'ashot@nortun.example','Ashot Petrosyan','agent','53bc5ed5f493a879083d1ed8e70a297c76cc1c8316c30440e39153721f48e8d3','2026-03-02 06:00:00','2026-03-09 06:00:00',NULL,1);

CREATE TABLE "accounts_invitation_teams" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "invitation_id" bigint NOT NULL REFERENCES "accounts_invitation" ("id") DEFERRABLE INITIALLY DEFERRED, "team_id" bigint NOT NULL REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "accounts_invitation_teams" ("id", "invitation_id", "team_id") VALUES
(1,1,2);

CREATE TABLE "accounts_agent" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "password" varchar(128) NOT NULL, "last_login" datetime NULL, "email" varchar(254) NOT NULL UNIQUE, "name" varchar(120) NOT NULL, "role" varchar(10) NOT NULL, "language" varchar(5) NOT NULL, "time_zone" varchar(50) NOT NULL, "theme" varchar(8) NOT NULL, "signature" text NOT NULL, "preferences" text NOT NULL CHECK ((JSON_VALID("preferences") OR "preferences" IS NULL)), "is_active" bool NOT NULL, "is_away" bool NOT NULL, "last_seen_at" datetime NULL, "session_epoch" integer unsigned NOT NULL CHECK ("session_epoch" >= 0), "created_at" datetime NOT NULL);
INSERT INTO "accounts_agent" ("id", "password", "last_login", "email", "name", "role", "language", "time_zone", "theme", "signature", "preferences", "is_active", "is_away", "last_seen_at", "session_epoch", "created_at") VALUES
(1,'argon2$argon2id$v=19$m=19456,t=2,p=1$Rno2WTF0OUV3TDU2bkdpc2lXZ05acQ$qbpAjsOU+vjIlndQIPD9MmLrudYWW8Qv4MnztSYt6KY','2026-03-02 23:27:20','nare@nortun.example','Nare Hakobyan','admin','hy','','system','','{"notify_assigned": true, "notify_mention": true, "notify_reply": true, "digest": "daily"}',1,0,NULL,0,'2026-03-02 06:00:00'),
(2,'!6ITZM5jtgUe52RvEJgwBuNO6n9JEC3HqdZ6J6afU',NULL,'giorgi@nortun.example','Giorgi Beridze','lead','ka','','system','','{"notify_assigned": true, "notify_mention": true, "notify_reply": false, "digest": "offline"}',1,0,NULL,0,'2026-03-02 06:00:00'),
(3,'!1zT0YQOaNF03vpUuT3em6KopZ9jZICffu4G7FgtJ',NULL,'olga@nortun.example','Olga Smirnova','agent','ru','Asia/Yerevan','dark','Օլգա Սմիռնովա · Nor Tun · +374 10 123456','{"notify_assigned": true, "notify_mention": true, "notify_reply": true, "digest": "daily"}',1,1,NULL,0,'2026-03-02 06:00:00'),
(4,'!sThJv07In9ZMJLsCfMZyuKpslm0lcNQqEefRWi4j',NULL,'daniel@nortun.example','Daniel Reed','agent','en','','system','','{"notify_assigned": true, "notify_mention": true, "notify_reply": true, "digest": "daily"}',1,0,NULL,0,'2026-03-02 06:00:00'),
(5,'!7c1f5S71IRz1THrHZp2n5RL08ALrCFQPS6YwfuNh',NULL,'lusine@nortun.example','Lusine Vardanyan','observer','hy','','system','','{"notify_assigned": true, "notify_mention": true, "notify_reply": true, "digest": "daily"}',1,0,NULL,0,'2026-03-02 06:00:00'),
(6,'!FLOv2mpbUrhToxYkvB0dgYj2Soc0KO67IMRebhOm',NULL,'tigran@nortun.example','Tigran Melikyan','agent','hy','','system','','{"notify_assigned": true, "notify_mention": true, "notify_reply": true, "digest": "daily"}',0,0,NULL,1,'2026-03-02 06:00:00');

CREATE TABLE "accounts_membership" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "agent_id" bigint NOT NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED, "team_id" bigint NOT NULL REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_membership" UNIQUE ("agent_id", "team_id"));
INSERT INTO "accounts_membership" ("id", "agent_id", "team_id") VALUES
(1,1,1),(2,2,1),(3,2,2),(4,3,1),(5,4,2),(6,5,1),(7,6,1);

CREATE TABLE "api_storedresponse" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" varchar(255) NOT NULL, "digest" varchar(64) NOT NULL, "status" smallint unsigned NOT NULL CHECK ("status" >= 0), "location" varchar(200) NOT NULL, "body" text NOT NULL, "created_at" datetime NOT NULL, "token_id" bigint NOT NULL REFERENCES "accounts_apitoken" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_stored_response" UNIQUE ("token_id", "key"));
INSERT INTO "api_storedresponse" ("id", "key", "digest", "status", "location", "body", "created_at", "token_id") VALUES
(1,'till-7-0001','b1a910e856ade9890e8a3f2695142a783ba67b1852441dfc036fbc31c16d9dc4',201,'/api/v1/customers/12','{"id":"12","name":"Maia Tsereteli","identities":[{"type":"phone","value":"+995555123456","verified":false}],"organisation":null,"language":null,"time_zone":null,"city":"","note":"","attributes":{},"tags":[],"blocked":false,"created_at":"2026-03-02T23:27:20Z","last_activity_at":"2026-03-02T23:27:20Z"}','2026-03-02 23:27:20',2);

CREATE TABLE "django_content_type" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "app_label" varchar(100) NOT NULL, "model" varchar(100) NOT NULL);
INSERT INTO "django_content_type" ("id", "app_label", "model") VALUES
(1,'contenttypes','contenttype'),(2,'auth','permission'),(3,'auth','group'),(4,'sessions','session'),
(5,'core','cronrow'),(6,'core','storedsetting'),(7,'core','auditentry'),(8,'core','queuedtask'),(9,'core','storedevent'),
(10,'calendars','calendar'),(11,'calendars','openhours'),(12,'calendars','specialday'),(13,'accounts','agent'),
(14,'accounts','apitoken'),(15,'accounts','signinattempt'),(16,'accounts','team'),(17,'accounts','membership'),
(18,'accounts','invitation'),(19,'customers','attributedefinition'),(20,'customers','blockedsender'),
(21,'customers','organisation'),(22,'customers','tag'),(23,'customers','customer'),(24,'customers','identity'),
(25,'conversations','delivery'),(26,'conversations','spamword'),(27,'conversations','conversation'),
(28,'conversations','deliveryattempt'),(29,'conversations','inbox'),(30,'conversations','draft'),
(31,'conversations','conversationcount'),(32,'conversations','message'),(33,'conversations','mention'),
(34,'conversations','attachment'),(35,'conversations','readmark'),(36,'conversations','access'),
(37,'channels','rawinput'),(38,'email','tombstone'),(39,'email','mailaccount'),(40,'email','autoreply'),
(41,'email','imapfolder'),(42,'notifications','pushsubscription'),(43,'notifications','notification'),
(44,'api','storedresponse');

CREATE TABLE "auth_group_permissions" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "group_id" integer NOT NULL REFERENCES "auth_group" ("id") DEFERRABLE INITIALLY DEFERRED, "permission_id" integer NOT NULL REFERENCES "auth_permission" ("id") DEFERRABLE INITIALLY DEFERRED);

CREATE TABLE "auth_permission" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "content_type_id" integer NOT NULL REFERENCES "django_content_type" ("id") DEFERRABLE INITIALLY DEFERRED, "codename" varchar(100) NOT NULL, "name" varchar(255) NOT NULL);
INSERT INTO "auth_permission" ("id", "content_type_id", "codename", "name") VALUES
(1,1,'add_contenttype','Can add content type'),(2,1,'change_contenttype','Can change content type'),
(3,1,'delete_contenttype','Can delete content type'),(4,1,'view_contenttype','Can view content type'),
(5,2,'add_permission','Can add permission'),(6,2,'change_permission','Can change permission'),
(7,2,'delete_permission','Can delete permission'),(8,2,'view_permission','Can view permission'),
(9,3,'add_group','Can add group'),(10,3,'change_group','Can change group'),(11,3,'delete_group','Can delete group'),
(12,3,'view_group','Can view group'),(13,4,'add_session','Can add session'),(14,4,'change_session','Can change session'),
(15,4,'delete_session','Can delete session'),(16,4,'view_session','Can view session'),
(17,5,'add_cronrow','Can add cron row'),(18,5,'change_cronrow','Can change cron row'),
(19,5,'delete_cronrow','Can delete cron row'),(20,5,'view_cronrow','Can view cron row'),
(21,6,'add_storedsetting','Can add stored setting'),(22,6,'change_storedsetting','Can change stored setting'),
(23,6,'delete_storedsetting','Can delete stored setting'),(24,6,'view_storedsetting','Can view stored setting'),
(25,7,'add_auditentry','Can add audit entry'),(26,7,'change_auditentry','Can change audit entry'),
(27,7,'delete_auditentry','Can delete audit entry'),(28,7,'view_auditentry','Can view audit entry'),
(29,8,'add_queuedtask','Can add queued task'),(30,8,'change_queuedtask','Can change queued task'),
(31,8,'delete_queuedtask','Can delete queued task'),(32,8,'view_queuedtask','Can view queued task'),
(33,9,'add_storedevent','Can add stored event'),(34,9,'change_storedevent','Can change stored event'),
(35,9,'delete_storedevent','Can delete stored event'),(36,9,'view_storedevent','Can view stored event'),
(37,10,'add_calendar','Can add calendar'),(38,10,'change_calendar','Can change calendar'),
(39,10,'delete_calendar','Can delete calendar'),(40,10,'view_calendar','Can view calendar'),
(41,11,'add_openhours','Can add open hours'),(42,11,'change_openhours','Can change open hours'),
(43,11,'delete_openhours','Can delete open hours'),(44,11,'view_openhours','Can view open hours'),
(45,12,'add_specialday','Can add special day'),(46,12,'change_specialday','Can change special day'),
(47,12,'delete_specialday','Can delete special day'),(48,12,'view_specialday','Can view special day'),
(49,13,'add_agent','Can add agent'),(50,13,'change_agent','Can change agent'),(51,13,'delete_agent','Can delete agent'),
(52,13,'view_agent','Can view agent'),(53,14,'add_apitoken','Can add api token'),
(54,14,'change_apitoken','Can change api token'),(55,14,'delete_apitoken','Can delete api token'),
(56,14,'view_apitoken','Can view api token'),(57,15,'add_signinattempt','Can add sign in attempt'),
(58,15,'change_signinattempt','Can change sign in attempt'),(59,15,'delete_signinattempt','Can delete sign in attempt'),
(60,15,'view_signinattempt','Can view sign in attempt'),(61,16,'add_team','Can add team'),
(62,16,'change_team','Can change team'),(63,16,'delete_team','Can delete team'),(64,16,'view_team','Can view team'),
(65,17,'add_membership','Can add membership'),(66,17,'change_membership','Can change membership'),
(67,17,'delete_membership','Can delete membership'),(68,17,'view_membership','Can view membership'),
(69,18,'add_invitation','Can add invitation'),(70,18,'change_invitation','Can change invitation'),
(71,18,'delete_invitation','Can delete invitation'),(72,18,'view_invitation','Can view invitation'),
(73,19,'add_attributedefinition','Can add attribute definition'),
(74,19,'change_attributedefinition','Can change attribute definition'),
(75,19,'delete_attributedefinition','Can delete attribute definition'),
(76,19,'view_attributedefinition','Can view attribute definition'),(77,20,'add_blockedsender','Can add blocked sender'),
(78,20,'change_blockedsender','Can change blocked sender'),(79,20,'delete_blockedsender','Can delete blocked sender'),
(80,20,'view_blockedsender','Can view blocked sender'),(81,21,'add_organisation','Can add organisation'),
(82,21,'change_organisation','Can change organisation'),(83,21,'delete_organisation','Can delete organisation'),
(84,21,'view_organisation','Can view organisation'),(85,22,'add_tag','Can add tag'),
(86,22,'change_tag','Can change tag'),(87,22,'delete_tag','Can delete tag'),(88,22,'view_tag','Can view tag'),
(89,23,'add_customer','Can add customer'),(90,23,'change_customer','Can change customer'),
(91,23,'delete_customer','Can delete customer'),(92,23,'view_customer','Can view customer'),
(93,24,'add_identity','Can add identity'),(94,24,'change_identity','Can change identity'),
(95,24,'delete_identity','Can delete identity'),(96,24,'view_identity','Can view identity'),
(97,25,'add_delivery','Can add delivery'),(98,25,'change_delivery','Can change delivery'),
(99,25,'delete_delivery','Can delete delivery'),(100,25,'view_delivery','Can view delivery'),
(101,26,'add_spamword','Can add spam word'),(102,26,'change_spamword','Can change spam word'),
(103,26,'delete_spamword','Can delete spam word'),(104,26,'view_spamword','Can view spam word'),
(105,27,'add_conversation','Can add conversation'),(106,27,'change_conversation','Can change conversation'),
(107,27,'delete_conversation','Can delete conversation'),(108,27,'view_conversation','Can view conversation'),
(109,28,'add_deliveryattempt','Can add delivery attempt'),
(110,28,'change_deliveryattempt','Can change delivery attempt'),
(111,28,'delete_deliveryattempt','Can delete delivery attempt'),
(112,28,'view_deliveryattempt','Can view delivery attempt'),(113,29,'add_inbox','Can add inbox'),
(114,29,'change_inbox','Can change inbox'),(115,29,'delete_inbox','Can delete inbox'),
(116,29,'view_inbox','Can view inbox'),(117,30,'add_draft','Can add draft'),(118,30,'change_draft','Can change draft'),
(119,30,'delete_draft','Can delete draft'),(120,30,'view_draft','Can view draft'),
(121,31,'add_conversationcount','Can add conversation count'),
(122,31,'change_conversationcount','Can change conversation count'),
(123,31,'delete_conversationcount','Can delete conversation count'),
(124,31,'view_conversationcount','Can view conversation count'),(125,32,'add_message','Can add message'),
(126,32,'change_message','Can change message'),(127,32,'delete_message','Can delete message'),
(128,32,'view_message','Can view message'),(129,33,'add_mention','Can add mention'),
(130,33,'change_mention','Can change mention'),(131,33,'delete_mention','Can delete mention'),
(132,33,'view_mention','Can view mention'),(133,34,'add_attachment','Can add attachment'),
(134,34,'change_attachment','Can change attachment'),(135,34,'delete_attachment','Can delete attachment'),
(136,34,'view_attachment','Can view attachment'),(137,35,'add_readmark','Can add read mark'),
(138,35,'change_readmark','Can change read mark'),(139,35,'delete_readmark','Can delete read mark'),
(140,35,'view_readmark','Can view read mark'),(141,36,'add_access','Can add access'),
(142,36,'change_access','Can change access'),(143,36,'delete_access','Can delete access'),
(144,36,'view_access','Can view access'),(145,37,'add_rawinput','Can add raw input'),
(146,37,'change_rawinput','Can change raw input'),(147,37,'delete_rawinput','Can delete raw input'),
(148,37,'view_rawinput','Can view raw input'),(149,38,'add_tombstone','Can add tombstone'),
(150,38,'change_tombstone','Can change tombstone'),(151,38,'delete_tombstone','Can delete tombstone'),
(152,38,'view_tombstone','Can view tombstone'),(153,39,'add_mailaccount','Can add mail account'),
(154,39,'change_mailaccount','Can change mail account'),(155,39,'delete_mailaccount','Can delete mail account'),
(156,39,'view_mailaccount','Can view mail account'),(157,40,'add_autoreply','Can add auto reply'),
(158,40,'change_autoreply','Can change auto reply'),(159,40,'delete_autoreply','Can delete auto reply'),
(160,40,'view_autoreply','Can view auto reply'),(161,41,'add_imapfolder','Can add imap folder'),
(162,41,'change_imapfolder','Can change imap folder'),(163,41,'delete_imapfolder','Can delete imap folder'),
(164,41,'view_imapfolder','Can view imap folder'),(165,42,'add_pushsubscription','Can add push subscription'),
(166,42,'change_pushsubscription','Can change push subscription'),
(167,42,'delete_pushsubscription','Can delete push subscription'),
(168,42,'view_pushsubscription','Can view push subscription'),(169,43,'add_notification','Can add notification'),
(170,43,'change_notification','Can change notification'),(171,43,'delete_notification','Can delete notification'),
(172,43,'view_notification','Can view notification'),(173,44,'add_storedresponse','Can add stored response'),
(174,44,'change_storedresponse','Can change stored response'),
(175,44,'delete_storedresponse','Can delete stored response'),(176,44,'view_storedresponse','Can view stored response');

CREATE TABLE "auth_group" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(150) NOT NULL UNIQUE);

CREATE TABLE "calendars_calendar" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL, "time_zone" varchar(50) NOT NULL, "version" integer unsigned NOT NULL CHECK ("version" >= 0), "created_at" datetime NOT NULL);
INSERT INTO "calendars_calendar" ("id", "name", "time_zone", "version", "created_at") VALUES
(1,'Գրասենյակ','Asia/Yerevan',2,'2026-03-02 06:00:00');

CREATE TABLE "calendars_openhours" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "weekday" smallint unsigned NOT NULL CHECK ("weekday" >= 0), "start" smallint unsigned NOT NULL CHECK ("start" >= 0), "end" smallint unsigned NOT NULL CHECK ("end" >= 0), "calendar_id" bigint NOT NULL REFERENCES "calendars_calendar" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "calendar_hours_weekday" CHECK ("weekday" <= 6), CONSTRAINT "calendar_hours_within_a_day" CHECK (("end" > ("start") AND "end" <= ("start" + 1440) AND "start" < 1440)));
INSERT INTO "calendars_openhours" ("id", "weekday", "start", "end", "calendar_id") VALUES
(1,0,540,780,1),(2,0,840,1080,1),(3,1,540,780,1),(4,1,840,1080,1),(5,2,540,780,1),(6,2,840,1080,1),(7,3,540,780,1),
(8,3,840,1080,1),(9,4,540,780,1),(10,4,840,1080,1),(11,5,1200,1560,1);

CREATE TABLE "calendars_specialday" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "date" date NOT NULL, "name" varchar(80) NOT NULL, "yearly" bool NOT NULL, "hours" text NOT NULL CHECK ((JSON_VALID("hours") OR "hours" IS NULL)), "source" varchar(20) NOT NULL, "calendar_id" bigint NOT NULL REFERENCES "calendars_calendar" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "calendar_day_once" UNIQUE ("calendar_id", "date", "yearly"));
INSERT INTO "calendars_specialday" ("id", "date", "name", "yearly", "hours", "source", "calendar_id") VALUES
(1,'2026-03-08','Կանանց տոն',1,'[]','',1),(2,'2026-05-09','',0,'[]','',1);

CREATE TABLE "channels_rawinput" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(160) NOT NULL UNIQUE, "channel" varchar(12) NOT NULL, "source" varchar(12) NOT NULL, "digest" varchar(64) NOT NULL, "size" bigint unsigned NOT NULL CHECK ("size" >= 0), "inbox_ids" text NOT NULL CHECK ((JSON_VALID("inbox_ids") OR "inbox_ids" IS NULL)), "sender" varchar(320) NOT NULL, "state" varchar(12) NOT NULL, "reason" varchar(300) NOT NULL, "received_at" datetime NOT NULL);
INSERT INTO "channels_rawinput" ("id", "name", "channel", "source", "digest", "size", "inbox_ids", "sender", "state", "reason", "received_at") VALUES
(1,'1772431380000000000-e931a26f','email','smtp','ed03ca1e73a1851b5ff9d49b475a9c03ad0032f8b9513c711d42aee3aa21c723',652,'[1]','x@mail.example','done','','2026-03-02 06:03:00'),
(2,'1772432240000000000-0ab9140a','email','smtp','2bd494a9e8348697f2d4fc235f71ba28797c8bab4347c0b88a52f427fa99c116',486,'[1]','x@mail.example','done','','2026-03-02 06:17:20'),
(3,'1772432420000000000-6e3cb398','email','smtp','f90cb383de687589bd1178a39f35b28eb37ec17f9e9a09b549eeeb324b6866b4',594,'[1]','x@mail.example','done','','2026-03-02 06:20:20'),
(4,'1772433280000000000-2efb0833','email','smtp','24b038808235bee1ce40e82c712b37f90afafac0129b411f0e3c6b3ebf36bcbc',843,'[1]','x@mail.example','done','','2026-03-02 06:34:40'),
(5,'1772433460000000000-c5179842','email','smtp','529c0a9a2752a33d2f825c86ec69f6c94aae80bfa8d7d10950592fcd2a53202f',861,'[2]','x@mail.example','done','','2026-03-02 06:37:40'),
(6,'1772434300000000000-c2919cd6','email','smtp','90b0a680c918118facb72aa65614cb08f856c95561500f16b1151e8831f3dca1',659,'[2]','x@mail.example','done','','2026-03-02 06:51:40'),
(7,'1772434480000000000-e868fde6','email','smtp','464d0efdc51f9488aceeb151f6b40d4725fdeeb0e29c496d6b18972ed30f80c2',659,'[1]','x@mail.example','done','','2026-03-02 06:54:40'),
(8,'1772435340000000000-122c32ac','email','smtp','99b075f97ae0b710b47843f5b9721a14d91dc437b27d87d2af4d49bff9bef290',1098,'[1]','x@mail.example','done','','2026-03-02 07:09:00'),
(9,'1772490200000000000-b2dae4c9','email','smtp','ee560eab0040944b3b356e8d4817918f885236b2f03d84613bbc6319d595570d',983,'[2]','x@mail.example','done','','2026-03-02 22:23:20'),
(10,'1772491060000000000-71cba157','email','smtp','fd937b5c67bfef329fd2a08a26afe4eb33a11c7c9813e6c895c696cedeef0536',380,'[2]','x@mail.example','done','','2026-03-02 22:37:40'),
(11,'1772491240000000000-6b9f8b87','email','smtp','630f7b05620e4a515ae69fc6b55eacc4adaa7f39988196e79d0ff002d1d34b4c',364,'[2]','x@mail.example','done','','2026-03-02 22:40:40'),
(12,'1772491420000000000-af0b2d40','email','smtp','727ff83d159cd59e121e09131e2ed8282764c625bf1670c70a3467be06accbd1',485,'[2]','x@mail.example','done','','2026-03-02 22:43:40'),
(13,'1772492300000000000-0a6968ae','email','smtp','e19a07df56f986b56761597a55950450efc1f28e3c4f0ca13edc3f77832600cc',391,'[1]','x@mail.example','done','','2026-03-02 22:58:20'),
(14,'1772492480000000000-5f8fef68','email','smtp','b7e7a339a65b9c7a37ddbd37f06937c7c307575125c65f3e2967af4bee7ab848',300,'[1]','x@mail.example','blocked','','2026-03-02 23:01:20'),
(15,'1772492660000000000-6ed36ce6','email','smtp','25d4b56a5468f6d1b89594553fd7cbb49cfb723f6371abf9ab02d1191d0391ca',932,'[1]','x@mail.example','done','','2026-03-02 23:04:20'),
(16,'1772492840000000000-5d5fb191','email','smtp','25d4b56a5468f6d1b89594553fd7cbb49cfb723f6371abf9ab02d1191d0391ca',932,'[1]','x@mail.example','duplicate','','2026-03-02 23:07:20'),
(17,'1772493020000000000-4b33f3df','email','smtp','e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',0,'[1]','x@mail.example','discarded','The message is empty.','2026-03-02 23:10:20'),
(18,'1772493200000000000-239e3382','email','smtp','04d9e1a8c643bee7c438152d72ae5473d9413479473898ff6d258c1a6261efe1',24,'[1]','x@mail.example','quarantined','This is no e-mail: it has no header fields.','2026-03-02 23:13:20'),
(19,'1772493380000000000-5e02e2ea','email','smtp','b20e592d4d8175970471cd1f20c5527770da0bc271bfcbb34f7e38303b8c4e1f',396,'[1]','x@mail.example','done','','2026-03-02 23:16:20');

CREATE TABLE "customers_attributedefinition" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "key" varchar(40) NOT NULL UNIQUE, "label" varchar(80) NOT NULL, "type" varchar(8) NOT NULL, "choices" text NOT NULL CHECK ((JSON_VALID("choices") OR "choices" IS NULL)), "position" smallint unsigned NOT NULL CHECK ("position" >= 0));
INSERT INTO "customers_attributedefinition" ("id", "key", "label", "type", "choices", "position") VALUES
(1,'contract','Պայմանագիր','text','[]',1),
(2,'district','Թաղամաս','choice','["\u053f\u0565\u0576\u057f\u0580\u0578\u0576", "\u0531\u0580\u0561\u0562\u056f\u056b\u0580"]',0);

CREATE TABLE "customers_blockedsender" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "value" varchar(320) NOT NULL UNIQUE, "reason" varchar(200) NOT NULL, "created_at" datetime NOT NULL);
INSERT INTO "customers_blockedsender" ("id", "value", "reason", "created_at") VALUES
(1,'hello@rank-faster.example','','2026-03-02 22:58:20');

CREATE TABLE "customers_organisation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(160) NOT NULL, "domains" text NOT NULL CHECK ((JSON_VALID("domains") OR "domains" IS NULL)), "note" text NOT NULL, "created_at" datetime NOT NULL);
INSERT INTO "customers_organisation" ("id", "name", "domains", "note", "created_at") VALUES
(1,'Hotel Aragats','["aragats.example"]','Գլխ. գրասենյակ','2026-03-02 06:00:00');

CREATE TABLE "customers_tag" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(60) NOT NULL, "key" varchar(60) NOT NULL UNIQUE, "hue" smallint unsigned NOT NULL CHECK ("hue" >= 0));
INSERT INTO "customers_tag" ("id", "name", "key", "hue") VALUES
(1,'VIP','vip',2),(2,'հյուրանոց','հյուրանոց',5),(3,'կաթսա','կաթսա',7),(4,'շտապ','շտապ',6),(5,'B2B','b2b',5);

CREATE TABLE "customers_customer" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(160) NOT NULL, "language" varchar(5) NOT NULL, "time_zone" varchar(50) NOT NULL, "city" varchar(80) NOT NULL, "note" text NOT NULL, "attributes" text NOT NULL CHECK ((JSON_VALID("attributes") OR "attributes" IS NULL)), "blocked_at" datetime NULL, "created_at" datetime NOT NULL, "last_activity_at" datetime NOT NULL, "organisation_id" bigint NULL REFERENCES "customers_organisation" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "customers_customer" ("id", "name", "language", "time_zone", "city", "note", "attributes", "blocked_at", "created_at", "last_activity_at", "organisation_id") VALUES
(1,'Ruben Asatryan','en','Asia/Yerevan','Yerevan','Rings before noon only.','{"contract": "A-2026/17", "district": "\u053f\u0565\u0576\u057f\u0580\u0578\u0576"}',NULL,'2026-03-02 06:00:00','2026-03-02 22:43:40',1),
(2,'Անահիտ Սարգսյան','hy','','','','{}',NULL,'2026-03-02 06:03:00','2026-03-02 23:04:20',NULL),
(3,'Հայկ Մանուկյան','hy','','','','{}',NULL,'2026-03-02 06:20:20','2026-03-02 06:20:20',NULL),
(4,'ნინო კაპანაძე','ka','','','','{}',NULL,'2026-03-02 06:37:40','2026-03-02 06:37:40',NULL),
(5,'ლევან გელაშვილი','ka','','','','{}',NULL,'2026-03-02 06:51:40','2026-03-02 06:51:40',NULL),
(6,'Сергей Волков','ru','','','','{}',NULL,'2026-03-02 06:54:40','2026-03-02 06:54:40',NULL),
(7,'Марина Петросян','ru','','','','{}',NULL,'2026-03-02 07:09:00','2026-03-02 07:09:00',NULL),
(8,'Emma Clarke','en','','','','{}',NULL,'2026-03-02 22:23:20','2026-03-02 22:37:40',NULL),
(9,'Sam','en','','','','{}',NULL,'2026-03-02 22:40:40','2026-03-02 22:40:40',NULL),
(10,'Old Customer','','','','','{}',NULL,'2026-03-02 22:43:40','2026-03-02 22:43:40',NULL),
(11,'Growth Team','en','','','','{}','2026-03-02 22:58:20','2026-03-02 22:58:20','2026-03-02 22:58:20',NULL),
(12,'Maia Tsereteli','','','','','{}',NULL,'2026-03-02 23:27:20','2026-03-02 23:27:20',NULL);

CREATE TABLE "customers_customer_tags" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "customer_id" bigint NOT NULL REFERENCES "customers_customer" ("id") DEFERRABLE INITIALLY DEFERRED, "tag_id" bigint NOT NULL REFERENCES "customers_tag" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "customers_customer_tags" ("id", "customer_id", "tag_id") VALUES
(1,1,1),(2,1,2);

CREATE TABLE "customers_identity" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "type" varchar(12) NOT NULL, "value" varchar(320) NOT NULL, "display" varchar(320) NOT NULL, "verified_at" datetime NULL, "bounces" smallint unsigned NOT NULL CHECK ("bounces" >= 0), "paused_at" datetime NULL, "created_at" datetime NOT NULL, "customer_id" bigint NOT NULL REFERENCES "customers_customer" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_identity" UNIQUE ("type", "value"));
INSERT INTO "customers_identity" ("id", "type", "value", "display", "verified_at", "bounces", "paused_at", "created_at", "customer_id") VALUES
(1,'email','office@aragats.example','office@aragats.example','2026-03-02 06:00:00',0,NULL,'2026-03-02 06:00:00',1),
(2,'phone','+37410223344','+374 10 22 33 44',NULL,0,NULL,'2026-03-02 06:00:00',1),
(3,'telegram','700112233','700112233',NULL,0,NULL,'2026-03-02 06:00:00',1),
(4,'email','anahit@sargsyan.example','anahit@sargsyan.example',NULL,0,NULL,'2026-03-02 06:03:00',2),
(5,'email','hayk.manukyan@post.example','hayk.manukyan@post.example',NULL,3,'2026-03-02 23:27:20','2026-03-02 06:20:20',3),
(6,'email','nino@kapanadze.example','nino@kapanadze.example',NULL,0,NULL,'2026-03-02 06:37:40',4),
(7,'email','levan@gelashvili.example','levan@gelashvili.example',NULL,0,NULL,'2026-03-02 06:51:40',5),
(8,'email','volkov@pochta.example','volkov@pochta.example',NULL,0,NULL,'2026-03-02 06:54:40',6),
(9,'email','marina@petrosyan.example','marina@petrosyan.example',NULL,0,NULL,'2026-03-02 07:09:00',7),
(10,'email','emma@clarke.example','emma@clarke.example',NULL,0,NULL,'2026-03-02 22:23:20',8),
(11,'email','sam@neighbour.example','sam@neighbour.example',NULL,0,NULL,'2026-03-02 22:40:40',9),
(12,'email','old@moved.example','old@moved.example',NULL,0,NULL,'2026-03-02 22:43:40',10),
(13,'email','hello@rank-faster.example','hello@rank-faster.example',NULL,0,NULL,'2026-03-02 22:58:20',11),
(14,'phone','+995555123456','+995 555 12 34 56',NULL,0,NULL,'2026-03-02 23:27:20',12);

CREATE TABLE "conversations_spamword" ("word" varchar(64) NOT NULL PRIMARY KEY, "spam" integer unsigned NOT NULL CHECK ("spam" >= 0), "ham" integer unsigned NOT NULL CHECK ("ham" >= 0));
INSERT INTO "conversations_spamword" ("word", "spam", "ham") VALUES
('',1,8),('անահիտ',0,1),('արդեն',0,1),('բարեւ',0,2),('գազի',0,1),('գալ',0,1),('երեխա',0,1),('երեկվանից',0,1),('իսկ',0,1),
('կաթսան',0,1),('կարող',0,1),('հարգանքով',0,1),('ձեզ',0,2),('մեր',0,2),('սարգսյան',0,1),('սենյակներում',0,1),
('վարպետը',0,1),('տանը',0,1),('տաքացնում',0,1),('ցուրտ',0,1),('փոքր',0,1),('առաջ',0,1),('բայց',0,1),('բռնակ',0,1),
('բռնակի',0,1),('գրել',0,1),('դեռ',0,1),('դռան',0,1),('երբ',0,1),('երկու',0,1),('լվացքի',0,1),('խնդրում',0,1),
('կլինի',0,1),('հայկ',0,1),('մեքենայի',0,1),('շաբաթ',0,1),('չկա',0,1),('պատասխան',0,1),('պատվերը',0,1),('պատվիրել',0,1),
('გამარჯობა',0,1),('გამოგზავნოთ',0,1),('გუშინდელი',0,1),('დღესვე',0,1),('იატაკი',0,1),('კაპანაძე',0,1),('მანქანა',0,1),
('მანქანიდან',0,1),('ნინო',0,1),('პატივისცემით',0,1),('ჟონავს',0,1),('რეცხვის',0,1),('სამზარეულოს',0,1),('სარეცხი',0,1),
('სველია',0,1),('შეგიძლიათ',0,1),('შემდეგ',0,1),('წყალი',0,1),('ხელოსანი',0,1),('волков',0,1),('второй',0,1),
('гарантия',0,1),('действует',0,1),('день',0,2),('здравствуйте',0,1),('когда',0,1),('мастер',0,1),('мая',0,1),
('морозит',0,1),('портятся',0,1),('почти',0,1),('приехать',0,1),('продукты',0,1),('сергей',0,1),('сможет',0,1),
('уважением',0,1),('холодильник',0,1),('бухгалтерии',0,1),('вложении',0,1),('добрый',0,1),('заводской',0,1),('имя',0,1),
('моё',0,1),('нужен',0,1),('плиты',0,1),('пожалуйста',0,1),('пришлите',0,1),('ремонт',0,1),('счёт',0,1),('таблички',0,1),
('фотография',0,1),('boiler',0,1),('but',0,1),('clarke',0,1),('copy',0,1),('correct',0,1),('could',0,2),('emma',0,1),
('for',1,1),('hello',0,1),('husband',0,1),('invoice',0,1),('kind',0,1),('lists',0,1),('monday',0,1),('one',0,1),
('only',0,1),('regards',0,1),('repair',0,1),('replaced',0,1),('sent',0,1),('the',1,2),('two',0,1),('valves',0,1),
('was',0,1),('you',0,2),('air',0,1),('and',1,1),('aragats',0,1),('asatryan',0,1),('before',0,1),('cleaning',0,1),
('conditioners',0,1),('days',0,1),('gas',0,1),('good',0,1),('has',0,1),('hotel',0,1),('how',0,1),('june',0,1),
('many',0,1),('morning',0,1),('need',0,1),('offer',0,1),('our',0,1),('ruben',0,1),('say',0,1),('send',0,1),
('summer',0,1),('that',0,1),('twelve',0,1),('backlinks',1,0),('buy',1,0),('congratulations',1,0),('example',1,0),
('first',1,0),('followers',1,0),('guarantee',1,0),('included',1,0),('invisible',1,0),('nortun',1,0),('now',1,0),
('page',1,0),('site',1,0),('your',1,0),('գտնել',0,1),('դժվար',0,1),('կցում',0,1),('ճանապարհի',0,1),('շենքը',0,1),
('քարտեզ',0,1),('քարտեզը',0,1);

CREATE TABLE "conversations_conversation_tags" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "conversation_id" bigint NOT NULL REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED, "tag_id" bigint NOT NULL REFERENCES "customers_tag" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "conversations_conversation_tags" ("id", "conversation_id", "tag_id") VALUES
(1,1,3),(2,1,4),(3,9,2),(4,9,5);

CREATE TABLE "conversations_deliveryattempt" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "started_at" datetime NOT NULL, "finished_at" datetime NULL, "outcome" varchar(12) NOT NULL, "detail" varchar(500) NOT NULL, "delivery_id" bigint NOT NULL REFERENCES "conversations_delivery" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "conversations_deliveryattempt" ("id", "started_at", "finished_at", "outcome", "detail", "delivery_id") VALUES
(1,'2026-03-02 06:14:20','2026-03-02 06:14:20','sent','2.0.0 Queued',1),
(2,'2026-03-02 06:31:40','2026-03-02 06:31:40','sent','2.0.0 Queued',2),
(3,'2026-03-02 07:06:00','2026-03-02 07:06:00','sent','2.0.0 Queued',4),
(4,'2026-03-02 07:20:20','2026-03-02 07:20:20','uncertain','The connection broke before the server''s answer (SMTPServerDisconnected).',5),
(5,'2026-03-02 22:34:40','2026-03-02 22:34:40','sent','2.0.0 Queued',6),
(6,'2026-03-02 22:44:00','2026-03-02 22:44:00','failed','5.1.1 No such user',7),
(7,'2026-03-02 22:55:20','2026-03-02 22:55:20','retry','4.3.0 Try again later',8),(8,'2026-03-02 23:38:20',NULL,'','',8),
(9,'2026-03-02 23:38:20',NULL,'data','',10);

CREATE TABLE "conversations_inbox" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(80) NOT NULL, "channel" varchar(12) NOT NULL, "address" varchar(254) NOT NULL, "key" varchar(32) NOT NULL UNIQUE, "secret" varchar(64) NOT NULL, "language" varchar(5) NOT NULL, "signature" text NOT NULL, "settings" text NOT NULL CHECK ((JSON_VALID("settings") OR "settings" IS NULL)), "is_active" bool NOT NULL, "created_at" datetime NOT NULL, "team_id" bigint NOT NULL REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "conversations_inbox" ("id", "name", "channel", "address", "key", "secret", "language", "signature", "settings", "is_active", "created_at", "team_id") VALUES
(1,'Service','email','service@nortun.example','gP44m1-GgNQfp3GT','d65ca41ed54c2664b1a16e17be7dc15e15d476d5a12303fb3433b51d13fd5009','hy','Nor Tun
Երևան · თბილისი','{"aliases": ["info@nortun.example"]}',1,'2026-03-02 06:00:00',1),
(2,'Billing','email','billing@nortun.example','RFICm3f4iQVkttAx','412506f6fd437ff82a525a2f7b46d6b7fa97b71f890eaf7a9a57e83551d826ba','','','{}',1,'2026-03-02 06:00:00',2),
(3,'Կայքի զրույց','chat','','m7r9zGZCow_4Nd3v','b4b2e9ad3314d5051d03538b155bf56cdaa3df9e1debfb196ab7fdd5221c8a42','','','{}',1,'2026-03-02 06:00:00',1);

CREATE TABLE "conversations_draft" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "kind" varchar(6) NOT NULL, "subject" varchar(998) NOT NULL, "to" text NOT NULL CHECK ((JSON_VALID("to") OR "to" IS NULL)), "cc" text NOT NULL CHECK ((JSON_VALID("cc") OR "cc" IS NULL)), "bcc" text NOT NULL CHECK ((JSON_VALID("bcc") OR "bcc" IS NULL)), "html" text NOT NULL, "text" text NOT NULL, "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), "updated_at" datetime NOT NULL, "agent_id" bigint NOT NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED, "conversation_id" bigint NULL REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED, "inbox_id" bigint NULL REFERENCES "conversations_inbox" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "conversations_draft" ("id", "kind", "subject", "to", "cc", "bcc", "html", "text", "data", "updated_at", "agent_id", "conversation_id", "inbox_id") VALUES
(1,'out','','[]','[]','[]','<p>გამარჯობა, ბატონო ლევან. დიახ, ხელოსანს თან აქვს</p>','გამარჯობა, ბატონო ლევან. დიახ, ხელოსანს თან აქვს','{}','2026-03-02 23:16:20',2,4,2),
(2,'note','','[]','[]','[]','','ჰკითხეთ ბუღალტერს','{}','2026-03-02 23:16:20',2,4,2),
(3,'out','Гарантия','[{"name": "", "email": "new@pochta.example"}]','[]','[]','','Здравствуйте! По вашему','{}','2026-03-02 23:16:20',3,NULL,1),
(4,'out','Re: Счёт за ремонт плиты','[{"name": "\u041c\u0430\u0440\u0438\u043d\u0430 \u041f\u0435\u0442\u0440\u043e\u0441\u044f\u043d", "email": "marina@petrosyan.example"}]','[]','[]','','Отправила не тот файл, извините.','{"quote": ""}','2026-03-02 23:27:20',3,6,NULL);

CREATE TABLE "conversations_conversation" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "channel" varchar(12) NOT NULL, "subject" varchar(998) NOT NULL, "status" varchar(8) NOT NULL, "priority" varchar(6) NOT NULL, "language" varchar(5) NOT NULL, "is_spam" bool NOT NULL, "message_count" integer unsigned NOT NULL CHECK ("message_count" >= 0), "last_seq" integer unsigned NOT NULL CHECK ("last_seq" >= 0), "preview" varchar(160) NOT NULL, "last_kind" varchar(6) NOT NULL, "created_at" datetime NOT NULL, "last_activity_at" datetime NOT NULL, "updated_at" datetime NOT NULL, "waiting_since" datetime NULL, "snoozed_until" datetime NULL, "first_replied_at" datetime NULL, "closed_at" datetime NULL, "assignee_id" bigint NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED, "customer_id" bigint NOT NULL REFERENCES "customers_customer" ("id") DEFERRABLE INITIALLY DEFERRED, "team_id" bigint NOT NULL REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED, "inbox_id" bigint NOT NULL REFERENCES "conversations_inbox" ("id") DEFERRABLE INITIALLY DEFERRED, "linked_to_id" bigint NULL REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "conversations_conversation" ("id", "channel", "subject", "status", "priority", "language", "is_spam", "message_count", "last_seq", "preview", "last_kind", "created_at", "last_activity_at", "updated_at", "waiting_since", "snoozed_until", "first_replied_at", "closed_at", "assignee_id", "customer_id", "team_id", "inbox_id", "linked_to_id") VALUES
(1,'email','Կաթսան չի տաքացնում','closed','normal','hy',0,3,6,'Շնորհակալություն, վարպետը եկավ ժամանակին, ամեն ինչ աշխատում է։','in','2026-03-02 06:03:00','2026-03-02 06:17:20','2026-03-02 06:17:20',NULL,NULL,'2026-03-02 06:14:00','2026-03-02 06:17:20',1,2,1,1,NULL),
(2,'email','Դռան բռնակի պատվերը','pending','normal','hy',0,2,5,'Բարև Ձեզ։ Բռնակը կստանանք ուրբաթ օրը և նույն օրը կբերենք Ձեզ։','out','2026-03-02 06:20:20','2026-03-02 06:31:20','2026-03-02 06:31:20',NULL,NULL,'2026-03-02 06:31:20',NULL,1,3,1,1,NULL),
(3,'email','სარეცხი მანქანა ჟონავს','open','normal','ka',0,2,3,'გამარჯობა, ქალბატონო ნინო. ხელოსანი ხვალ დილით, 10 საათზე მოვა. მანამდე, გთხოვთ, გადაკეტოთ წყლის ონკანი.','out','2026-03-02 06:37:40','2026-03-02 06:48:40','2026-03-02 06:48:40',NULL,NULL,'2026-03-02 06:48:40',NULL,2,4,2,2,NULL),
(4,'email','ბარათით გადახდა','open','normal','ka',0,1,1,'გამარჯობა, შესაძლებელია თუ არა შეკეთების საფასურის ბარათით გადახდა? ნაღდი ფული ხელთ არ მაქვს.','in','2026-03-02 06:51:40','2026-03-02 06:51:40','2026-03-02 06:51:40','2026-03-02 06:51:40',NULL,NULL,NULL,NULL,5,2,2,NULL),
(5,'email','Холодильник не морозит','snoozed','high','ru',0,3,6,'Здравствуйте, Сергей! Заказали компрессор, он придёт в четверг. Мастер приедет в тот же день после обеда. Ремонт по гарантии, платить ничего не нужно.','out','2026-03-02 06:54:40','2026-03-02 07:05:40','2026-03-02 07:06:00',NULL,'2026-03-05 07:06:00','2026-03-02 07:05:40',NULL,3,6,1,1,NULL),
(6,'email','Счёт за ремонт плиты','pending','normal','ru',0,2,5,'Добрый день, Марина! Счёт во вложении. Если понадобится оригинал с печатью, привезём его в офис.','out','2026-03-02 07:09:00','2026-03-02 23:27:20','2026-03-02 23:27:20',NULL,NULL,'2026-03-02 07:20:00',NULL,3,7,1,1,NULL),
(7,'email','Invoice for the boiler repair','open','normal','en',0,3,4,'I am out of the office until Monday and will answer then.','in','2026-03-02 22:23:20','2026-03-02 22:37:40','2026-03-02 22:37:40',NULL,NULL,'2026-03-02 22:34:20',NULL,4,8,2,2,NULL),
(8,'email','Re: Invoice for the boiler repair [#7]','open','normal','en',0,1,1,'I was given this number by my neighbour. Can you look at my dishwasher, too?','in','2026-03-02 22:40:40','2026-03-02 22:40:40','2026-03-02 22:40:40','2026-03-02 22:40:40',NULL,NULL,NULL,NULL,9,2,2,7),
(9,'email','Twelve air conditioners before the summer','open','urgent','en',0,2,5,'Good morning Mr Asatryan, two technicians need three days. The offer follows this afternoon.','out','2026-03-02 22:43:40','2026-03-02 22:55:00','2026-03-02 22:55:00',NULL,NULL,'2026-03-02 22:55:00',NULL,2,1,2,2,NULL),
(10,'email','Water heater check','open','normal','en',0,1,1,'A friendly reminder: the yearly check of your water heater is due in March. Shall we come on the 17th?','out','2026-03-02 22:43:40','2026-03-02 22:43:40','2026-03-02 22:43:40',NULL,NULL,'2026-03-02 22:43:40',NULL,4,10,2,2,NULL),
(11,'email','Your site is invisible','open','normal','en',1,1,2,'Congratulations! We guarantee the first page for nortun.example, backlinks and followers included. Buy now!','in','2026-03-02 22:58:20','2026-03-02 22:58:20','2026-03-02 22:58:20','2026-03-02 22:58:20',NULL,NULL,NULL,NULL,11,1,1,NULL),
(12,'email','Ճանապարհի քարտեզ','open','normal','hy',0,2,5,'Շնորհակալություն, քարտեզը փոխանցեցինք վարպետին։','out','2026-03-02 23:04:20','2026-03-02 23:38:20','2026-03-02 23:38:20',NULL,NULL,'2026-03-02 23:38:20',NULL,1,2,1,1,NULL);

CREATE TABLE "conversations_delivery" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "channel" varchar(12) NOT NULL, "not_before" datetime NOT NULL, "attempts" smallint unsigned NOT NULL CHECK ("attempts" >= 0), "claimed_at" datetime NULL, "claimed_by" varchar(64) NOT NULL, "settled_at" datetime NULL, "last_error" varchar(500) NOT NULL, "message_id" bigint NOT NULL UNIQUE REFERENCES "conversations_message" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "conversations_delivery" ("id", "channel", "not_before", "attempts", "claimed_at", "claimed_by", "settled_at", "last_error", "message_id") VALUES
(1,'email','2026-03-02 06:14:00',0,'2026-03-02 06:14:20','worker-of-march','2026-03-02 06:14:20','',2),
(2,'email','2026-03-02 06:31:20',0,'2026-03-02 06:31:40','worker-of-march','2026-03-02 06:34:40','5.1.1 550 5.1.1 User unknown',8),
(3,'email','2026-03-03 00:37:40',0,NULL,'',NULL,'',13),
(4,'email','2026-03-02 07:05:40',0,'2026-03-02 07:06:00','worker-of-march','2026-03-02 07:06:00','',18),
(5,'email','2026-03-02 07:20:00',0,'2026-03-02 07:20:20','worker-of-march','2026-03-02 07:20:20','The connection broke before the server''s answer (SMTPServerDisconnected).',23),
(6,'email','2026-03-02 22:34:20',0,'2026-03-02 22:34:40','worker-of-march','2026-03-02 22:34:40','',27),
(7,'email','2026-03-02 22:43:40',0,'2026-03-02 22:44:00','worker-of-march','2026-03-02 22:44:00','5.1.1 No such user',35),
(8,'email','2026-03-02 22:55:30',1,'2026-03-02 23:38:20','a-worker-that-died',NULL,'4.3.0 Try again later',36),
(10,'email','2026-03-02 23:38:20',0,'2026-03-02 23:38:20','a-worker-that-died',NULL,'',43);

CREATE TABLE "conversations_attachment" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(255) NOT NULL, "type" varchar(127) NOT NULL, "size" bigint unsigned NOT NULL CHECK ("size" >= 0), "blob" varchar(128) NOT NULL, "content_id" varchar(255) NOT NULL, "is_inline" bool NOT NULL, "created_at" datetime NOT NULL, "uploaded_by_id" bigint NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED, "draft_id" bigint NULL REFERENCES "conversations_draft" ("id") DEFERRABLE INITIALLY DEFERRED, "message_id" bigint NULL REFERENCES "conversations_message" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "conversations_attachment" ("id", "name", "type", "size", "blob", "content_id", "is_inline", "created_at", "uploaded_by_id", "draft_id", "message_id") VALUES
(1,'табличка.png','image/png',67,'a1abfd410973b0111c215baa879b9edcd739e601659ba44168269767cc2e9108','',0,'2026-03-02 07:09:00',NULL,NULL,22),
(2,'счёт-118.pdf','application/pdf',57,'7e7a1bb1d45b7a3afd37416fece784de3e94593489c283acbf29cf5222f75fb5','',0,'2026-03-02 07:09:00',3,NULL,23),
(3,'invoice-118.pdf','application/pdf',57,'7e7a1bb1d45b7a3afd37416fece784de3e94593489c283acbf29cf5222f75fb5','',0,'2026-03-02 22:23:20',4,NULL,27),
(4,'քարտեզ.png','image/png',67,'a1abfd410973b0111c215baa879b9edcd739e601659ba44168269767cc2e9108','',0,'2026-03-02 23:07:20',NULL,NULL,39),
(5,'ტარიფი.pdf','application/pdf',57,'7e7a1bb1d45b7a3afd37416fece784de3e94593489c283acbf29cf5222f75fb5','',0,'2026-03-02 23:16:20',2,1,NULL);

CREATE TABLE "conversations_access" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "follows" bool NOT NULL, "created_at" datetime NOT NULL, "agent_id" bigint NOT NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED, "conversation_id" bigint NOT NULL REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_access" UNIQUE ("agent_id", "conversation_id"));
INSERT INTO "conversations_access" ("id", "follows", "created_at", "agent_id", "conversation_id") VALUES
(1,0,'2026-03-02 06:14:00',1,1),(2,0,'2026-03-02 06:31:20',1,2),(3,0,'2026-03-02 06:48:40',2,3),
(4,0,'2026-03-02 06:54:40',2,5),(5,1,'2026-03-02 06:54:40',4,3),(6,0,'2026-03-02 07:05:40',3,5),
(7,0,'2026-03-02 07:20:00',3,6),(8,0,'2026-03-02 22:34:20',4,7),(9,0,'2026-03-02 22:43:40',2,9),
(10,0,'2026-03-02 22:43:40',4,10),(11,0,'2026-03-02 23:27:20',6,12),(12,0,'2026-03-02 23:38:20',1,12);

CREATE TABLE "conversations_conversationcount" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "assignee_id" bigint NOT NULL, "status" varchar(8) NOT NULL, "total" integer NOT NULL, "team_id" bigint NOT NULL REFERENCES "accounts_team" ("id") DEFERRABLE INITIALLY DEFERRED, "inbox_id" bigint NOT NULL REFERENCES "conversations_inbox" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_count" UNIQUE ("inbox_id", "team_id", "assignee_id", "status"));
INSERT INTO "conversations_conversationcount" ("id", "assignee_id", "status", "total", "team_id", "inbox_id") VALUES
(1,0,'open',0,1,1),(2,1,'open',1,1,1),(3,1,'closed',1,1,1),(4,1,'pending',1,1,1),(5,0,'open',2,2,2),(6,2,'open',2,2,2),
(7,3,'open',0,1,1),(8,3,'snoozed',1,1,1),(9,3,'pending',1,1,1),(10,4,'open',2,2,2),(11,0,'spam',1,1,1),
(12,6,'open',0,1,1);

CREATE TABLE "conversations_message" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "seq" integer unsigned NOT NULL CHECK ("seq" >= 0), "kind" varchar(6) NOT NULL, "channel" varchar(12) NOT NULL, "author_kind" varchar(9) NOT NULL, "author_name" varchar(160) NOT NULL, "sender" varchar(320) NOT NULL, "subject" varchar(998) NOT NULL, "to" text NOT NULL CHECK ((JSON_VALID("to") OR "to" IS NULL)), "cc" text NOT NULL CHECK ((JSON_VALID("cc") OR "cc" IS NULL)), "bcc" text NOT NULL CHECK ((JSON_VALID("bcc") OR "bcc" IS NULL)), "text" text NOT NULL, "quoted_text" text NOT NULL, "html" text NOT NULL, "language" varchar(5) NOT NULL, "external_id" varchar(998) NOT NULL, "external_key" varchar(1070) NULL, "references" text NOT NULL CHECK ((JSON_VALID("references") OR "references" IS NULL)), "raw" varchar(160) NOT NULL, "delivery" varchar(9) NOT NULL, "is_automatic" bool NOT NULL, "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), "has_attachments" bool NOT NULL, "created_at" datetime NOT NULL, "agent_id" bigint NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED, "conversation_id" bigint NOT NULL REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED, "customer_id" bigint NULL REFERENCES "customers_customer" ("id") DEFERRABLE INITIALLY DEFERRED, "inbox_id" bigint NOT NULL REFERENCES "conversations_inbox" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_seq" UNIQUE ("conversation_id", "seq"), CONSTRAINT "one_external_key" UNIQUE ("inbox_id", "external_key"));
INSERT INTO "conversations_message" ("id", "seq", "kind", "channel", "author_kind", "author_name", "sender", "subject", "to", "cc", "bcc", "text", "quoted_text", "html", "language", "external_id", "external_key", "references", "raw", "delivery", "is_automatic", "data", "has_attachments", "created_at", "agent_id", "conversation_id", "customer_id", "inbox_id") VALUES
(1,1,'in','email','customer','Անահիտ Սարգսյան','anahit@sargsyan.example','Կաթսան չի տաքացնում','[{"name": "", "email": "service@nortun.example"}]','[]','[]','Բարև Ձեզ։

Երեկվանից մեր գազի կաթսան չի տաքացնում։ Սենյակներում արդեն ցուրտ է, իսկ տանը փոքր երեխա կա։ Ե՞րբ կարող է գալ վարպետը։

Հարգանքով՝
Անահիտ Սարգսյան','','','hy','<letter-1@mail.example>','<letter-1@mail.example>','[]','1772431380000000000-e931a26f','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "2ca46f5dac0f3e42714e868924d14e2bc543732ab7e8663c223f34c6bfad358e"}',0,'2026-03-02 06:03:00',NULL,1,2,1),
(2,2,'out','email','agent','Nare Hakobyan','','Re: Կաթսան չի տաքացնում','[{"name": "\u0531\u0576\u0561\u0570\u056b\u057f \u054d\u0561\u0580\u0563\u057d\u0575\u0561\u0576", "email": "anahit@sargsyan.example"}]','[]','[]','Բարև Ձեզ, տիկին Սարգսյան։

Վարպետը կգա այսօր՝ ժամը 15-ից մինչև 17-ը։ Խնդրում ենք մինչ այդ փակել գազի ծորակը։','','','hy','<6550292e3f7aa00f6e52ee8086e99577@nortun.example>','<6550292e3f7aa00f6e52ee8086e99577@nortun.example>','[]','','sent',0,'{}',0,'2026-03-02 06:14:00',1,1,NULL,1),
(3,3,'system','email','agent','Nare Hakobyan','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "assignee", "to": "Nare Hakobyan"}',0,'2026-03-02 06:14:00',1,1,NULL,1),
(4,4,'in','email','customer','Անահիտ Սարգսյան','anahit@sargsyan.example','Re: Կաթսան չի տաքացնում [#1]','[{"name": "", "email": "service@nortun.example"}]','[]','[]','Շնորհակալություն, վարպետը եկավ ժամանակին, ամեն ինչ աշխատում է։','','','hy','<letter-2@mail.example>','<letter-2@mail.example>','[]','1772432240000000000-0ab9140a','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "e0d048f31662b6fe058fb91ab937f9def92b698ff07f3a80db9db123f6c626a0"}',0,'2026-03-02 06:17:20',NULL,1,2,1),
(5,5,'system','email','agent','Nare Hakobyan','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "status", "to": "closed"}',0,'2026-03-02 06:17:20',1,1,NULL,1),
(6,6,'system','email','agent','Nare Hakobyan','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "tags", "to": ["\u056f\u0561\u0569\u057d\u0561", "\u0577\u057f\u0561\u057a"]}',0,'2026-03-02 06:17:20',1,1,NULL,1),
(7,1,'in','email','customer','Հայկ Մանուկյան','hayk.manukyan@post.example','Դռան բռնակի պատվերը','[{"name": "", "email": "service@nortun.example"}]','[]','[]','Բարև Ձեզ։

Երկու շաբաթ առաջ պատվիրել էի լվացքի մեքենայի դռան բռնակ, բայց դեռ պատասխան չկա։ Խնդրում եմ գրել, թե երբ կլինի։

Հայկ','','','hy','<letter-3@mail.example>','<letter-3@mail.example>','[]','1772432420000000000-6e3cb398','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "0eadefa0b37e0ad7543d628f98afd8e232c4404ce630b993b4c1f2c84a528201"}',0,'2026-03-02 06:20:20',NULL,2,3,1),
(8,2,'out','email','agent','Nare Hakobyan','','Re: Դռան բռնակի պատվերը','[{"name": "\u0540\u0561\u0575\u056f \u0544\u0561\u0576\u0578\u0582\u056f\u0575\u0561\u0576", "email": "hayk.manukyan@post.example"}]','[]','[]','Բարև Ձեզ։ Բռնակը կստանանք ուրբաթ օրը և նույն օրը կբերենք Ձեզ։','','','hy','<70f9d51900d706b381fafcfc48ad2a64@nortun.example>','<70f9d51900d706b381fafcfc48ad2a64@nortun.example>','[]','','bounced',0,'{}',0,'2026-03-02 06:31:20',1,2,NULL,1),
(9,3,'system','email','agent','Nare Hakobyan','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "assignee", "to": "Nare Hakobyan"}',0,'2026-03-02 06:31:20',1,2,NULL,1),
(10,4,'system','email','agent','Nare Hakobyan','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "status", "to": "pending"}',0,'2026-03-02 06:31:20',1,2,NULL,1),
(11,5,'system','email','system','Tamada','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "bounced", "address": "hayk.manukyan@post.example", "detail": "5.1.1 550 5.1.1 User unknown"}',0,'2026-03-02 06:34:40',NULL,2,NULL,1),
(12,1,'in','email','customer','ნინო კაპანაძე','nino@kapanadze.example','სარეცხი მანქანა ჟონავს','[{"name": "", "email": "billing@nortun.example"}]','[]','[]','გამარჯობა!

გუშინდელი რეცხვის შემდეგ მანქანიდან წყალი ჟონავს და სამზარეულოს იატაკი სველია. შეგიძლიათ ხელოსანი დღესვე გამოგზავნოთ?

პატივისცემით,
ნინო კაპანაძე','','','ka','<letter-4@mail.example>','<letter-4@mail.example>','[]','1772433460000000000-c5179842','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "96c7fc21f0f79c2d7e0a7c8b72086d028e6cf0ca4f2a33bfa76b2db98191d7ec"}',0,'2026-03-02 06:37:40',NULL,3,4,2),
(13,2,'out','email','agent','Giorgi Beridze','','Re: სარეცხი მანქანა ჟონავს','[{"name": "\u10dc\u10d8\u10dc\u10dd \u10d9\u10d0\u10de\u10d0\u10dc\u10d0\u10eb\u10d4", "email": "nino@kapanadze.example"}]','[]','[]','გამარჯობა, ქალბატონო ნინო.

ხელოსანი ხვალ დილით, 10 საათზე მოვა. მანამდე, გთხოვთ, გადაკეტოთ წყლის ონკანი.','','','ka','<be47ca5b37ab86e7cb064abb02166078@nortun.example>','<be47ca5b37ab86e7cb064abb02166078@nortun.example>','[]','','queued',0,'{}',0,'2026-03-02 06:48:40',2,3,NULL,2),
(14,3,'system','email','agent','Giorgi Beridze','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "assignee", "to": "Giorgi Beridze"}',0,'2026-03-02 06:48:40',2,3,NULL,2),
(15,1,'in','email','customer','ლევან გელაშვილი','levan@gelashvili.example','ბარათით გადახდა','[{"name": "", "email": "billing@nortun.example"}]','[]','[]','გამარჯობა, შესაძლებელია თუ არა შეკეთების საფასურის ბარათით გადახდა? ნაღდი ფული ხელთ არ მაქვს.','','','ka','<letter-5@mail.example>','<letter-5@mail.example>','[]','1772434300000000000-c2919cd6','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "59f3b1611c1932022cf6c629f0c6898bdc1943c54459858c3b2d6cd11ac4f4d7"}',0,'2026-03-02 06:51:40',NULL,4,5,2),
(16,1,'in','email','customer','Сергей Волков','volkov@pochta.example','Холодильник не морозит','[{"name": "", "email": "service@nortun.example"}]','[]','[]','Здравствуйте!

Второй день холодильник почти не морозит, продукты портятся. Гарантия действует до мая. Когда сможет приехать мастер?

С уважением,
Сергей Волков','','','ru','<letter-6@mail.example>','<letter-6@mail.example>','[]','1772434480000000000-e868fde6','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "80849ae04f857df56af1ab95a0b644bb372381cf1b34d8bb1460780b1e73b2cc"}',0,'2026-03-02 06:54:40',NULL,5,6,1),
(17,2,'note','email','agent','Olga Smirnova','','','[]','[]','[]','@Giorgi Beridze есть ли у вас компрессор на складе?','','<p><span>@Giorgi Beridze</span> есть ли у вас компрессор на складе?</p>','ru','',NULL,'[]','','',0,'{}',0,'2026-03-02 06:54:40',3,5,NULL,1),
(18,3,'out','email','agent','Olga Smirnova','','Re: Холодильник не морозит','[{"name": "\u0421\u0435\u0440\u0433\u0435\u0439 \u0412\u043e\u043b\u043a\u043e\u0432", "email": "volkov@pochta.example"}]','[]','[]','Здравствуйте, Сергей!

Заказали компрессор, он придёт в четверг. Мастер приедет в тот же день после обеда. Ремонт по гарантии, платить ничего не нужно.','','','ru','<f6a321ebef59dc9132695f2b7d469cb2@nortun.example>','<f6a321ebef59dc9132695f2b7d469cb2@nortun.example>','[]','','delivered',0,'{}',0,'2026-03-02 07:05:40',3,5,NULL,1),
(19,4,'system','email','agent','Olga Smirnova','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "assignee", "to": "Olga Smirnova"}',0,'2026-03-02 07:05:40',3,5,NULL,1),
(20,5,'system','email','agent','Olga Smirnova','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "snoozed_until", "to": "2026-03-05T07:06:00+00:00"}',0,'2026-03-02 07:06:00',3,5,NULL,1),
(21,6,'system','email','agent','Olga Smirnova','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "priority", "to": "high"}',0,'2026-03-02 07:06:00',3,5,NULL,1),
(22,1,'in','email','customer','Марина Петросян','marina@petrosyan.example','Счёт за ремонт плиты','[{"name": "", "email": "service@nortun.example"}]','[]','[]','Добрый день! Пришлите, пожалуйста, счёт за ремонт плиты на моё имя: он нужен бухгалтерии. Фотография заводской таблички во вложении.','','','ru','<letter-7@mail.example>','<letter-7@mail.example>','[]','1772435340000000000-122c32ac','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "d6666b764fe741167f8c05acf50e73dbf4091a7a3a2a27f4826fcbf6ea4d721d"}',1,'2026-03-02 07:09:00',NULL,6,7,1),
(23,2,'out','email','agent','Olga Smirnova','','Re: Счёт за ремонт плиты','[{"name": "\u041c\u0430\u0440\u0438\u043d\u0430 \u041f\u0435\u0442\u0440\u043e\u0441\u044f\u043d", "email": "marina@petrosyan.example"}]','[]','[]','Добрый день, Марина! Счёт во вложении. Если понадобится оригинал с печатью, привезём его в офис.','','','ru','<12fc1234b8bf6ff7e7f070c42b6ddc0e@nortun.example>','<12fc1234b8bf6ff7e7f070c42b6ddc0e@nortun.example>','[]','','uncertain',0,'{}',1,'2026-03-02 07:20:00',3,6,NULL,1),
(24,3,'system','email','agent','Olga Smirnova','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "assignee", "to": "Olga Smirnova"}',0,'2026-03-02 07:20:00',3,6,NULL,1),
(25,4,'system','email','agent','Olga Smirnova','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "status", "to": "pending"}',0,'2026-03-02 07:20:00',3,6,NULL,1),
(26,1,'in','email','customer','Emma Clarke','emma@clarke.example','Invoice for the boiler repair','[{"name": "", "email": "billing@nortun.example"}]','[{"name": "Oliver Clarke", "email": "oliver@clarke.example"}]','[]','Hello,

the invoice you sent on Monday lists two valves, but only one was replaced. Could you correct it? My husband is in copy.

Kind regards,
Emma Clarke','','<p>Hello,</p><p>the invoice you sent on Monday lists <b>two valves</b>, but only one was replaced. Could you correct it? My husband is in copy.</p><p>Kind regards,<br>Emma Clarke</p>
','en','<letter-8@mail.example>','<letter-8@mail.example>','[]','1772490200000000000-b2dae4c9','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "7e0867b5e9f6917dd1f2d6d4cc8c9ce437b0f552ad02ac81cf879bcde876ef6c"}',0,'2026-03-02 22:23:20',NULL,7,8,2),
(27,2,'out','email','agent','Daniel Reed','','Re: Invoice for the boiler repair','[{"name": "Emma Clarke", "email": "emma@clarke.example"}]','[{"name": "Oliver Clarke", "email": "oliver@clarke.example"}]','[{"name": "", "email": "books@nortun.example"}]','Dear Emma,

you are right, and we apologise. The corrected invoice is attached.','','','en','<608f1bad5d5c802811bf6dd879d27529@nortun.example>','<608f1bad5d5c802811bf6dd879d27529@nortun.example>','[]','','read',0,'{}',1,'2026-03-02 22:34:20',4,7,NULL,2),
(28,3,'system','email','agent','Daniel Reed','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "assignee", "to": "Daniel Reed"}',0,'2026-03-02 22:34:20',4,7,NULL,2),
(29,4,'in','email','customer','Emma Clarke','emma@clarke.example','Re: Invoice for the boiler repair [#7]','[{"name": "", "email": "billing@nortun.example"}]','[]','[]','I am out of the office until Monday and will answer then.','','','en','<letter-9@mail.example>','<letter-9@mail.example>','[]','1772491060000000000-71cba157','',1,'{"automatic": "reply", "date": "2026-03-02T06:00:00+00:00", "digest": "8a08e2d204c66b1ce7ed56ef1fc76832c48fab61534671c00e400a546bcb9b69"}',0,'2026-03-02 22:37:40',NULL,7,8,2),
(30,1,'in','email','customer','Sam','sam@neighbour.example','Re: Invoice for the boiler repair [#7]','[{"name": "", "email": "billing@nortun.example"}]','[]','[]','I was given this number by my neighbour. Can you look at my dishwasher, too?','','','en','<letter-10@mail.example>','<letter-10@mail.example>','[]','1772491240000000000-6b9f8b87','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "94789488cb884f1ebc18c47c5ae4944cce5ba23f168c9e26bbec58a2fa96b776"}',0,'2026-03-02 22:40:40',NULL,8,9,2),
(31,1,'in','email','customer','Hotel Aragats','office@aragats.example','Twelve air conditioners before the summer','[{"name": "", "email": "billing@nortun.example"}]','[]','[]','Good morning,

our hotel has twelve air conditioners that need cleaning and gas before June. Could you send an offer and say how many days you need?

Ruben Asatryan
Hotel Aragats','','','en','<letter-11@mail.example>','<letter-11@mail.example>','[]','1772491420000000000-af0b2d40','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "52c60d170e397cd26c1084313dd9458e51fe8f1b9fe375ae7029cf38679693cf"}',0,'2026-03-02 22:43:40',NULL,9,1,2),
(32,2,'system','email','agent','Giorgi Beridze','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "assignee", "to": "Giorgi Beridze"}',0,'2026-03-02 22:43:40',2,9,NULL,2),
(33,3,'system','email','agent','Giorgi Beridze','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "priority", "to": "urgent"}',0,'2026-03-02 22:43:40',2,9,NULL,2),
(34,4,'system','email','agent','Giorgi Beridze','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "tags", "to": ["B2B", "\u0570\u0575\u0578\u0582\u0580\u0561\u0576\u0578\u0581"]}',0,'2026-03-02 22:43:40',2,9,NULL,2),
(35,1,'out','email','agent','Daniel Reed','','Water heater check','[{"name": "Old Customer", "email": "old@moved.example"}]','[]','[]','A friendly reminder: the yearly check of your water heater is due in March. Shall we come on the 17th?','','','en','<34a9011e0552c7986813e2eb057e3b71@nortun.example>','<34a9011e0552c7986813e2eb057e3b71@nortun.example>','[]','','failed',0,'{}',0,'2026-03-02 22:43:40',4,10,NULL,2),
(36,5,'out','email','agent','Giorgi Beridze','','Re: Twelve air conditioners before the summer','[{"name": "Hotel Aragats", "email": "office@aragats.example"}]','[]','[]','Good morning Mr Asatryan,

two technicians need three days. The offer follows this afternoon.','','','en','<ab2465aa59f8c02c4c5261037571bc78@nortun.example>','<ab2465aa59f8c02c4c5261037571bc78@nortun.example>','[]','','queued',0,'{}',0,'2026-03-02 22:55:00',2,9,NULL,2),
(37,1,'in','email','customer','Growth Team','hello@rank-faster.example','Your site is invisible','[{"name": "", "email": "service@nortun.example"}]','[]','[]','Congratulations! We guarantee the first page for nortun.example, backlinks and followers included. Buy now!','','','en','<letter-12@mail.example>','<letter-12@mail.example>','[]','1772492300000000000-0a6968ae','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "d6e4f9075d0239c8449322e34d72c443c098a3e50c3d2fcbf5acb0530b1b5fdb"}',0,'2026-03-02 22:58:20',NULL,11,11,1),
(38,2,'system','email','agent','Giorgi Beridze','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "spam"}',0,'2026-03-02 22:58:20',2,11,NULL,1),
(39,1,'in','email','customer','Անահիտ Սարգսյան','anahit@sargsyan.example','Ճանապարհի քարտեզ','[{"name": "Nor Tun service", "email": "service@nortun.example"}]','[]','[]','Մեր շենքը դժվար է գտնել, քարտեզը կցում եմ։','','','hy','<letter-90@mail.example>','<letter-90@mail.example>','[]','1772492660000000000-6ed36ce6','',0,'{"date": "2026-03-02T06:00:00+00:00", "digest": "2af668adce2c12fda8e3a3fcf64dc4624b37100993f80008e48b037a3585915d"}',1,'2026-03-02 23:04:20',NULL,12,2,1),
(41,2,'system','email','agent','Nare Hakobyan','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "assignee", "to": "Tigran Melikyan"}',0,'2026-03-02 23:27:20',1,12,NULL,1),
(42,3,'system','email','agent','','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "assignee", "to": null}',0,'2026-03-02 23:27:20',1,12,NULL,1),
(43,4,'out','email','agent','Nare Hakobyan','','Re: Ճանապարհի քարտեզ','[{"name": "\u0531\u0576\u0561\u0570\u056b\u057f \u054d\u0561\u0580\u0563\u057d\u0575\u0561\u0576", "email": "anahit@sargsyan.example"}]','[]','[]','Շնորհակալություն, քարտեզը փոխանցեցինք վարպետին։','','','hy','<fc8a8da369814016958ada10e32ecace@nortun.example>','<fc8a8da369814016958ada10e32ecace@nortun.example>','[]','','queued',0,'{}',0,'2026-03-02 23:38:20',1,12,NULL,1),
(44,5,'system','email','agent','Nare Hakobyan','','','[]','[]','[]','','','','','',NULL,'[]','','',0,'{"event": "assignee", "to": "Nare Hakobyan"}',0,'2026-03-02 23:38:20',1,12,NULL,1);

CREATE TABLE "conversations_mention" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "seen_at" datetime NULL, "created_at" datetime NOT NULL, "agent_id" bigint NOT NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED, "conversation_id" bigint NOT NULL REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED, "message_id" bigint NOT NULL REFERENCES "conversations_message" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_mention" UNIQUE ("message_id", "agent_id"));
INSERT INTO "conversations_mention" ("id", "seen_at", "created_at", "agent_id", "conversation_id", "message_id") VALUES
(1,NULL,'2026-03-02 06:54:40',2,5,17);

CREATE TABLE "conversations_readmark" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "seq" integer unsigned NOT NULL CHECK ("seq" >= 0), "agent_id" bigint NOT NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED, "conversation_id" bigint NOT NULL REFERENCES "conversations_conversation" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_read_mark" UNIQUE ("agent_id", "conversation_id"));
INSERT INTO "conversations_readmark" ("id", "seq", "agent_id", "conversation_id") VALUES
(1,1,2,5),(2,3,3,6);

CREATE TABLE "core_cron" ("name" varchar(200) NOT NULL PRIMARY KEY, "next_at" datetime NOT NULL);
INSERT INTO "core_cron" ("name", "next_at") VALUES
('tamada.search.tasks.prune_words','2026-03-02 06:01:00'),
('tamada.accounts.tasks.forget_sessions','2026-03-02 06:01:00'),
('tamada.accounts.tasks.prune_attempts','2026-03-02 06:01:00'),('tamada.core.events.prune','2026-03-02 06:01:00'),
('tamada.conversations.tasks.wake','2026-03-02 06:01:00'),
('tamada.conversations.tasks.forget_unused_uploads','2026-03-02 06:01:00'),
('tamada.notifications.tasks.mail_digests','2026-03-02 06:01:00'),
('tamada.notifications.tasks.prune_notifications','2026-03-02 06:01:00'),
('tamada.api.tasks.prune_stored_responses','2026-03-02 06:01:00');

CREATE TABLE "core_setting" ("key" varchar(100) NOT NULL PRIMARY KEY, "value" text NOT NULL CHECK ((JSON_VALID("value") OR "value" IS NULL)), "changed_at" datetime NOT NULL);
INSERT INTO "core_setting" ("key", "value", "changed_at") VALUES
('company.name','"Nor Tun"','2026-03-02 06:00:00'),('company.language','"hy"','2026-03-02 06:00:00');

CREATE TABLE "core_audit" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "at" datetime NOT NULL, "actor_kind" varchar(10) NOT NULL, "actor_id" bigint NULL, "actor_name" varchar(200) NOT NULL, "action" varchar(64) NOT NULL, "object_type" varchar(64) NOT NULL, "object_id" bigint NULL, "changes" text NOT NULL CHECK ((JSON_VALID("changes") OR "changes" IS NULL)));
INSERT INTO "core_audit" ("id", "at", "actor_kind", "actor_id", "actor_name", "action", "object_type", "object_id", "changes") VALUES
(1,'2026-03-02 06:00:00','system',NULL,'Tamada','setting.changed','',NULL,'{"key": "company.name", "value": "Nor Tun"}'),
(2,'2026-03-02 06:00:00','system',NULL,'Tamada','setting.changed','',NULL,'{"key": "company.language", "value": "hy"}'),
(3,'2026-03-02 06:00:00','system',NULL,'Tamada','agent.added','accounts.agent',1,'{"role": "admin", "teams": [1]}'),
(4,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','team.updated','accounts.team',1,'{"name": ["Everybody", "\u054d\u057a\u0561\u057d\u0561\u0580\u056f\u0578\u0582\u0574"]}'),
(5,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','team.added','accounts.team',2,'{"name": "\u10d7\u10d1\u10d8\u10da\u10d8\u10e1\u10d8\u10e1 \u10d2\u10e3\u10dc\u10d3\u10d8"}'),
(6,'2026-03-02 06:00:00','system',NULL,'Tamada','agent.added','accounts.agent',2,'{"role": "lead", "teams": [1, 2]}'),
(7,'2026-03-02 06:00:00','system',NULL,'Tamada','agent.added','accounts.agent',3,'{"role": "agent", "teams": [1]}'),
(8,'2026-03-02 06:00:00','system',NULL,'Tamada','agent.added','accounts.agent',4,'{"role": "agent", "teams": [2]}'),
(9,'2026-03-02 06:00:00','system',NULL,'Tamada','agent.added','accounts.agent',5,'{"role": "observer", "teams": [1]}'),
(10,'2026-03-02 06:00:00','system',NULL,'Tamada','agent.added','accounts.agent',6,'{"role": "agent", "teams": [1]}'),
(11,'2026-03-02 06:00:00','agent',3,'Olga Smirnova','agent.profile_changed','accounts.agent',3,'{"fields": ["signature", "theme", "time_zone"]}'),
(12,'2026-03-02 06:00:00','agent',2,'Giorgi Beridze','agent.profile_changed','accounts.agent',2,'{"fields": ["preferences"]}'),
(13,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','invitation.sent','accounts.invitation',1,'{"role": "agent"}'),
(14,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','calendar.added','calendars.calendar',1,'{"name": "\u0533\u0580\u0561\u057d\u0565\u0576\u0575\u0561\u056f", "time_zone": "Asia/Yerevan"}'),
(15,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','calendar.days_set','calendars.calendar',1,'{"days": 2, "source": ""}'),
(16,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','inbox.created','conversations.inbox',1,'{}'),
(17,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','inbox.created','conversations.inbox',2,'{}'),
(18,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','inbox.created','conversations.inbox',3,'{}'),
(19,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','mail_account.confirmed','conversations.inbox',1,'{}'),
(20,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','mail_account.webhook_key','conversations.inbox',2,'{}'),
(21,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','inbox.updated','conversations.inbox',1,'{"fields": ["settings"]}'),
(22,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','mail_account.updated','conversations.inbox',1,'{"fields": ["aliases", "reply_domain"]}'),
(23,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','inbox.updated','conversations.inbox',1,'{"fields": ["language", "signature"]}'),
(24,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','attribute.defined','customers.attributedefinition',1,'{"key": "contract", "type": "text"}'),
(25,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','attribute.defined','customers.attributedefinition',2,'{"key": "district", "type": "choice"}'),
(26,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','organisation.created','customers.organisation',1,'{}'),
(27,'2026-03-02 06:00:00','agent',1,'Nare Hakobyan','customer.created','customers.customer',1,'{}'),
(28,'2026-03-02 06:14:00','agent',1,'Nare Hakobyan','conversation.updated','conversations.conversation',1,'{"assignee": [null, "Nare Hakobyan"]}'),
(29,'2026-03-02 06:14:00','agent',1,'Nare Hakobyan','message.sent','conversations.message',2,'{"conversation": 1}'),
(30,'2026-03-02 06:17:20','agent',1,'Nare Hakobyan','conversation.updated','conversations.conversation',1,'{"status": ["open", "closed"]}'),
(31,'2026-03-02 06:31:20','agent',1,'Nare Hakobyan','conversation.updated','conversations.conversation',2,'{"assignee": [null, "Nare Hakobyan"], "status": ["open", "pending"]}'),
(32,'2026-03-02 06:31:20','agent',1,'Nare Hakobyan','message.sent','conversations.message',8,'{"conversation": 2}'),
(33,'2026-03-02 06:48:40','agent',2,'Giorgi Beridze','conversation.updated','conversations.conversation',3,'{"assignee": [null, "Giorgi Beridze"]}'),
(34,'2026-03-02 06:48:40','agent',2,'Giorgi Beridze','message.sent','conversations.message',13,'{"conversation": 3}'),
(35,'2026-03-02 06:54:40','agent',3,'Olga Smirnova','note.added','conversations.message',17,'{"conversation": 5}'),
(36,'2026-03-02 07:05:40','agent',3,'Olga Smirnova','conversation.updated','conversations.conversation',5,'{"assignee": [null, "Olga Smirnova"]}'),
(37,'2026-03-02 07:05:40','agent',3,'Olga Smirnova','message.sent','conversations.message',18,'{"conversation": 5}'),
(38,'2026-03-02 07:06:00','agent',3,'Olga Smirnova','conversation.updated','conversations.conversation',5,'{"snoozed_until": [null, "2026-03-05T07:06:00+00:00"], "priority": ["normal", "high"]}'),
(39,'2026-03-02 07:20:00','agent',3,'Olga Smirnova','conversation.updated','conversations.conversation',6,'{"assignee": [null, "Olga Smirnova"], "status": ["open", "pending"]}'),
(40,'2026-03-02 07:20:00','agent',3,'Olga Smirnova','message.sent','conversations.message',23,'{"conversation": 6}'),
(41,'2026-03-02 22:34:20','agent',4,'Daniel Reed','conversation.updated','conversations.conversation',7,'{"assignee": [null, "Daniel Reed"]}'),
(42,'2026-03-02 22:34:20','agent',4,'Daniel Reed','message.sent','conversations.message',27,'{"conversation": 7}'),
(43,'2026-03-02 22:43:40','agent',2,'Giorgi Beridze','conversation.updated','conversations.conversation',9,'{"assignee": [null, "Giorgi Beridze"], "priority": ["normal", "urgent"]}'),
(44,'2026-03-02 22:43:40','agent',4,'Daniel Reed','conversation.started','conversations.conversation',10,'{}'),
(45,'2026-03-02 22:55:00','agent',2,'Giorgi Beridze','message.sent','conversations.message',36,'{"conversation": 9}'),
(46,'2026-03-02 22:58:20','agent',2,'Giorgi Beridze','sender.blocked','customers.blockedsender',1,'{"domain": false}'),
(47,'2026-03-02 22:58:20','agent',2,'Giorgi Beridze','conversation.spam','conversations.conversation',11,'{}'),
(48,'2026-03-02 23:13:20','agent',1,'Nare Hakobyan','input.discarded','',NULL,'{"name": "1772493020000000000-4b33f3df"}'),
(49,'2026-03-02 23:27:20','agent',3,'Olga Smirnova','message.sent','conversations.message',40,'{"conversation": 6}'),
(50,'2026-03-02 23:27:20','agent',3,'Olga Smirnova','message.withdrawn','conversations.message',40,'{"conversation": 6}'),
(51,'2026-03-02 23:27:20','agent',6,'Tigran Melikyan','token.added','accounts.apitoken',1,'{"agent": 6, "scopes": ["read", "write"]}'),
(52,'2026-03-02 23:27:20','agent',1,'Nare Hakobyan','conversation.updated','conversations.conversation',12,'{"assignee": [null, "Tigran Melikyan"]}'),
(53,'2026-03-02 23:27:20','agent',1,'Nare Hakobyan','agent.updated','accounts.agent',6,'{"is_active": [true, false]}'),
(54,'2026-03-02 23:27:20','agent',1,'','conversation.updated','conversations.conversation',12,'{"assignee": ["Tigran Melikyan", null]}'),
(55,'2026-03-02 23:27:20','agent',1,'Nare Hakobyan','token.added','accounts.apitoken',2,'{"agent": 1, "scopes": ["read", "write", "admin"]}'),
(56,'2026-03-02 23:27:20','agent',1,'Nare Hakobyan','agent.signed_in','accounts.agent',1,'{}'),
(57,'2026-03-02 23:27:20','api',1,'Nare Hakobyan','customer.created','customers.customer',12,'{}'),
(58,'2026-03-02 23:27:20','agent',1,'Nare Hakobyan','mail_account.updated','conversations.inbox',1,'{"fields": ["imap_url", "smtp_url"]}'),
(59,'2026-03-02 23:38:20','agent',1,'Nare Hakobyan','conversation.updated','conversations.conversation',12,'{"assignee": [null, "Nare Hakobyan"]}'),
(60,'2026-03-02 23:38:20','agent',1,'Nare Hakobyan','message.sent','conversations.message',43,'{"conversation": 12}');

CREATE TABLE "core_task" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(200) NOT NULL, "queue" varchar(32) NOT NULL, "kwargs" text NOT NULL CHECK ((JSON_VALID("kwargs") OR "kwargs" IS NULL)), "state" varchar(6) NOT NULL, "priority" smallint NOT NULL, "run_after" datetime NOT NULL, "attempts" smallint unsigned NOT NULL CHECK ("attempts" >= 0), "max_attempts" smallint unsigned NOT NULL CHECK ("max_attempts" >= 0), "unique_key" varchar(200) NULL, "owner" varchar(120) NOT NULL, "leased_until" datetime NULL, "error" text NOT NULL, "created_at" datetime NOT NULL, "failed_at" datetime NULL);
INSERT INTO "core_task" ("id", "name", "queue", "kwargs", "state", "priority", "run_after", "attempts", "max_attempts", "unique_key", "owner", "leased_until", "error", "created_at", "failed_at") VALUES
(32,'tamada.core.events.run_handler','events','{"handler": "tamada.conversations.handlers.of_an_earlier_version", "event": {"id": 1, "type": "MessageReceived", "at": "2026-03-02T23:38:20+00:00", "data": {}}}','dead',0,'2026-03-02 23:38:20',1,10,NULL,'',NULL,'Fail: No handler is called tamada.conversations.handlers.of_an_earlier_version any more.','2026-03-02 23:38:20','2026-03-02 23:38:20'),
(33,'tamada.core.events.run_handler','events','{"handler": "none", "event": {"id": 1, "type": "MessageReceived", "at": "2026-03-02T23:38:20+00:00", "data": {}}}','ready',0,'2026-03-03 23:38:20',0,10,'kept:later','',NULL,'','2026-03-02 23:38:20',NULL),
(34,'tamada.core.events.run_handler','events','{"handler": "none", "event": {"id": 1, "type": "MessageReceived", "at": "2026-03-02T23:38:20+00:00", "data": {}}}','leased',0,'2026-03-03 23:38:20',1,10,NULL,'old-machine/00000000-0000-0000-0000-000000000000/77/12345','2026-03-03 23:38:20','','2026-03-02 23:38:20',NULL);

CREATE TABLE "core_event" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "at" datetime NOT NULL, "type" varchar(64) NOT NULL, "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), "actor_kind" varchar(10) NOT NULL, "actor_id" bigint NULL, "audience" text NOT NULL, "before" text NOT NULL, "xid" bigint NOT NULL);
INSERT INTO "core_event" ("id", "at", "type", "data", "actor_kind", "actor_id", "audience", "before", "xid") VALUES
(1,'2026-03-02 06:00:00','agent.added','{"agent_id": 1}','system',NULL,'all','',0),
(2,'2026-03-02 06:00:00','team.changed','{"team_id": 1}','agent',1,'all','',0),
(3,'2026-03-02 06:00:00','team.changed','{"team_id": 2}','agent',1,'all','',0),
(4,'2026-03-02 06:00:00','agent.added','{"agent_id": 2}','system',NULL,'all','',0),
(5,'2026-03-02 06:00:00','agent.added','{"agent_id": 3}','system',NULL,'all','',0),
(6,'2026-03-02 06:00:00','agent.added','{"agent_id": 4}','system',NULL,'all','',0),
(7,'2026-03-02 06:00:00','agent.added','{"agent_id": 5}','system',NULL,'all','',0),
(8,'2026-03-02 06:00:00','agent.added','{"agent_id": 6}','system',NULL,'all','',0),
(9,'2026-03-02 06:00:00','agent.updated','{"agent_id": 3}','agent',3,'all','',0),
(10,'2026-03-02 06:00:00','agent.updated','{"agent_id": 2}','agent',2,'all','',0),
(11,'2026-03-02 06:00:00','invitation.changed','{"invitation_id": 1}','agent',1,'role:admin','',0),
(12,'2026-03-02 06:00:00','calendar.changed','{"calendar_id": 1}','agent',1,'all','',0),
(13,'2026-03-02 06:00:00','calendar.changed','{"calendar_id": 1}','agent',1,'all','',0),
(14,'2026-03-02 06:00:00','inbox.changed','{"inbox": 1}','agent',1,'all','',0),
(15,'2026-03-02 06:00:00','inbox.changed','{"inbox": 2}','agent',1,'all','',0),
(16,'2026-03-02 06:00:00','inbox.changed','{"inbox": 3}','agent',1,'all','',0),
(17,'2026-03-02 06:00:00','inbox.changed','{"inbox": 1}','agent',1,'all','',0),
(18,'2026-03-02 06:00:00','inbox.changed','{"inbox": 1}','agent',1,'all','',0),
(19,'2026-03-02 06:00:00','organisation.changed','{"organisation": 1}','agent',1,'all','',0),
(20,'2026-03-02 06:00:00','customer.created','{"customer": 1}','agent',1,'all','',0),
(21,'2026-03-02 06:03:00','customer.created','{"customer": 2}','system',NULL,'role:admin','',0),
(22,'2026-03-02 06:03:00','conversation.started','{"conversation": 1, "customer": 2}','customer',2,'inbox:1 role:admin team:1','',0),
(23,'2026-03-02 06:03:00','message.received','{"conversation": 1, "message": 1, "seq": 1, "automatic": false}','customer',2,'inbox:1 role:admin team:1','',0),
(24,'2026-03-02 06:14:00','message.sent','{"conversation": 1, "message": 2, "seq": 2}','agent',1,'inbox:1 role:admin team:1','',0),
(25,'2026-03-02 06:14:00','conversation.updated','{"conversation": 1, "fields": ["assignee"]}','agent',1,'agent:1 inbox:1 role:admin team:1','inbox:1 role:admin team:1',0),
(26,'2026-03-02 06:14:20','delivery.changed','{"conversation": 1, "message": 2, "state": "sent"}','system',NULL,'agent:1 inbox:1 role:admin team:1','',0),
(27,'2026-03-02 06:17:20','message.received','{"conversation": 1, "message": 4, "seq": 4, "automatic": false}','customer',2,'agent:1 inbox:1 role:admin team:1','',0),
(28,'2026-03-02 06:17:20','notification.created','{"notification_id": 1}','system',NULL,'agent:1','',0),
(29,'2026-03-02 06:17:20','conversation.updated','{"conversation": 1, "fields": ["status", "tags"]}','agent',1,'agent:1 inbox:1 role:admin team:1','agent:1 inbox:1 role:admin team:1',0),
(30,'2026-03-02 06:20:20','customer.created','{"customer": 3}','system',NULL,'role:admin','',0),
(31,'2026-03-02 06:20:20','conversation.started','{"conversation": 2, "customer": 3}','customer',3,'inbox:1 role:admin team:1','',0),
(32,'2026-03-02 06:20:20','message.received','{"conversation": 2, "message": 7, "seq": 1, "automatic": false}','customer',3,'inbox:1 role:admin team:1','',0),
(33,'2026-03-02 06:31:20','message.sent','{"conversation": 2, "message": 8, "seq": 2}','agent',1,'inbox:1 role:admin team:1','',0),
(34,'2026-03-02 06:31:20','conversation.updated','{"conversation": 2, "fields": ["assignee", "status"]}','agent',1,'agent:1 inbox:1 role:admin team:1','inbox:1 role:admin team:1',0),
(35,'2026-03-02 06:31:40','delivery.changed','{"conversation": 2, "message": 8, "state": "sent"}','system',NULL,'agent:1 inbox:1 role:admin team:1','',0),
(36,'2026-03-02 06:34:40','delivery.changed','{"conversation": 2, "message": 8, "state": "bounced"}','system',NULL,'agent:1 inbox:1 role:admin team:1','',0),
(37,'2026-03-02 06:34:40','notification.created','{"notification_id": 2}','system',NULL,'agent:1','',0),
(38,'2026-03-02 06:37:40','customer.created','{"customer": 4}','system',NULL,'role:admin','',0),
(39,'2026-03-02 06:37:40','conversation.started','{"conversation": 3, "customer": 4}','customer',4,'inbox:2 role:admin team:2','',0),
(40,'2026-03-02 06:37:40','message.received','{"conversation": 3, "message": 12, "seq": 1, "automatic": false}','customer',4,'inbox:2 role:admin team:2','',0),
(41,'2026-03-02 06:48:40','message.sent','{"conversation": 3, "message": 13, "seq": 2}','agent',2,'inbox:2 role:admin team:2','',0),
(42,'2026-03-02 06:48:40','conversation.updated','{"conversation": 3, "fields": ["assignee"]}','agent',2,'agent:2 inbox:2 role:admin team:2','inbox:2 role:admin team:2',0),
(43,'2026-03-02 06:51:40','customer.created','{"customer": 5}','system',NULL,'role:admin','',0),
(44,'2026-03-02 06:51:40','conversation.started','{"conversation": 4, "customer": 5}','customer',5,'inbox:2 role:admin team:2','',0),
(45,'2026-03-02 06:51:40','message.received','{"conversation": 4, "message": 15, "seq": 1, "automatic": false}','customer',5,'inbox:2 role:admin team:2','',0),
(46,'2026-03-02 06:54:40','customer.created','{"customer": 6}','system',NULL,'role:admin','',0),
(47,'2026-03-02 06:54:40','conversation.started','{"conversation": 5, "customer": 6}','customer',6,'inbox:1 role:admin team:1','',0),
(48,'2026-03-02 06:54:40','message.received','{"conversation": 5, "message": 16, "seq": 1, "automatic": false}','customer',6,'inbox:1 role:admin team:1','',0),
(49,'2026-03-02 06:54:40','note.added','{"conversation": 5, "message": 17, "seq": 2}','agent',3,'agent:2 inbox:1 role:admin team:1','',0),
(50,'2026-03-02 06:54:40','agent.mentioned','{"conversation": 5, "message": 17, "agent": 2}','agent',3,'agent:2 inbox:1 role:admin team:1','',0),
(51,'2026-03-02 06:54:40','conversation.followed','{"conversation": 3, "agent": 4}','agent',4,'agent:4','',0),
(52,'2026-03-02 07:05:40','message.sent','{"conversation": 5, "message": 18, "seq": 3}','agent',3,'agent:2 inbox:1 role:admin team:1','',0),
(53,'2026-03-02 07:05:40','conversation.updated','{"conversation": 5, "fields": ["assignee"]}','agent',3,'agent:2 agent:3 inbox:1 role:admin team:1','agent:2 inbox:1 role:admin team:1',0),
(54,'2026-03-02 07:05:40','notification.created','{"notification_id": 3}','system',NULL,'agent:2','',0),
(55,'2026-03-02 07:06:00','delivery.changed','{"conversation": 5, "message": 18, "state": "sent"}','system',NULL,'agent:2 agent:3 inbox:1 role:admin team:1','',0),
(56,'2026-03-02 07:06:00','delivery.changed','{"conversation": 5, "message": 18, "state": "delivered"}','system',NULL,'agent:2 agent:3 inbox:1 role:admin team:1','',0),
(57,'2026-03-02 07:06:00','conversation.updated','{"conversation": 5, "fields": ["snoozed_until", "priority"]}','agent',3,'agent:2 agent:3 inbox:1 role:admin team:1','agent:2 agent:3 inbox:1 role:admin team:1',0),
(58,'2026-03-02 07:09:00','customer.created','{"customer": 7}','system',NULL,'role:admin','',0),
(59,'2026-03-02 07:09:00','conversation.started','{"conversation": 6, "customer": 7}','customer',7,'inbox:1 role:admin team:1','',0),
(60,'2026-03-02 07:09:00','message.received','{"conversation": 6, "message": 22, "seq": 1, "automatic": false}','customer',7,'inbox:1 role:admin team:1','',0),
(61,'2026-03-02 07:20:00','message.sent','{"conversation": 6, "message": 23, "seq": 2}','agent',3,'inbox:1 role:admin team:1','',0),
(62,'2026-03-02 07:20:00','conversation.updated','{"conversation": 6, "fields": ["assignee", "status"]}','agent',3,'agent:3 inbox:1 role:admin team:1','inbox:1 role:admin team:1',0),
(63,'2026-03-02 07:20:20','delivery.changed','{"conversation": 6, "message": 23, "state": "uncertain"}','system',NULL,'agent:3 inbox:1 role:admin team:1','',0),
(64,'2026-03-02 07:20:20','notification.created','{"notification_id": 4}','system',NULL,'agent:3','',0),
(65,'2026-03-02 07:20:20','conversation.read','{"conversation": 5, "agent": 2, "seq": 1}','agent',2,'agent:2','',0),
(66,'2026-03-02 22:23:20','customer.created','{"customer": 8}','system',NULL,'role:admin','',0),
(67,'2026-03-02 22:23:20','conversation.started','{"conversation": 7, "customer": 8}','customer',8,'inbox:2 role:admin team:2','',0),
(68,'2026-03-02 22:23:20','message.received','{"conversation": 7, "message": 26, "seq": 1, "automatic": false}','customer',8,'inbox:2 role:admin team:2','',0),
(69,'2026-03-02 22:23:20','notification.seen','{"agent_id": 2}','system',NULL,'agent:2','',0),
(70,'2026-03-02 22:34:20','message.sent','{"conversation": 7, "message": 27, "seq": 2}','agent',4,'inbox:2 role:admin team:2','',0),
(71,'2026-03-02 22:34:20','conversation.updated','{"conversation": 7, "fields": ["assignee"]}','agent',4,'agent:4 inbox:2 role:admin team:2','inbox:2 role:admin team:2',0),
(72,'2026-03-02 22:34:40','delivery.changed','{"conversation": 7, "message": 27, "state": "sent"}','system',NULL,'agent:4 inbox:2 role:admin team:2','',0),
(73,'2026-03-02 22:34:40','delivery.changed','{"conversation": 7, "message": 27, "state": "delivered"}','system',NULL,'agent:4 inbox:2 role:admin team:2','',0),
(74,'2026-03-02 22:34:40','delivery.changed','{"conversation": 7, "message": 27, "state": "read"}','system',NULL,'agent:4 inbox:2 role:admin team:2','',0),
(75,'2026-03-02 22:37:40','message.received','{"conversation": 7, "message": 29, "seq": 4, "automatic": true}','customer',8,'agent:4 inbox:2 role:admin team:2','',0),
(76,'2026-03-02 22:40:40','customer.created','{"customer": 9}','system',NULL,'role:admin','',0),
(77,'2026-03-02 22:40:40','conversation.started','{"conversation": 8, "customer": 9}','customer',9,'inbox:2 role:admin team:2','',0),
(78,'2026-03-02 22:40:40','message.received','{"conversation": 8, "message": 30, "seq": 1, "automatic": false}','customer',9,'inbox:2 role:admin team:2','',0),
(79,'2026-03-02 22:43:40','conversation.started','{"conversation": 9, "customer": 1}','customer',1,'inbox:2 role:admin team:2','',0),
(80,'2026-03-02 22:43:40','message.received','{"conversation": 9, "message": 31, "seq": 1, "automatic": false}','customer',1,'inbox:2 role:admin team:2','',0),
(81,'2026-03-02 22:43:40','conversation.updated','{"conversation": 9, "fields": ["assignee", "priority", "tags"]}','agent',2,'agent:2 inbox:2 role:admin team:2','inbox:2 role:admin team:2',0),
(82,'2026-03-02 22:43:40','customer.created','{"customer": 10}','system',NULL,'role:admin','',0),
(83,'2026-03-02 22:43:40','conversation.started','{"conversation": 10, "customer": 10}','agent',4,'agent:4 inbox:2 role:admin team:2','',0),
(84,'2026-03-02 22:43:40','message.sent','{"conversation": 10, "message": 35, "seq": 1}','agent',4,'agent:4 inbox:2 role:admin team:2','',0),
(85,'2026-03-02 22:44:00','delivery.changed','{"conversation": 10, "message": 35, "state": "failed"}','system',NULL,'agent:4 inbox:2 role:admin team:2','',0),
(86,'2026-03-02 22:44:00','notification.created','{"notification_id": 5}','system',NULL,'agent:4','',0),
(87,'2026-03-02 22:55:00','message.sent','{"conversation": 9, "message": 36, "seq": 5}','agent',2,'agent:2 inbox:2 role:admin team:2','',0),
(88,'2026-03-02 22:55:20','delivery.changed','{"conversation": 9, "message": 36, "state": "queued"}','system',NULL,'agent:2 inbox:2 role:admin team:2','',0),
(89,'2026-03-02 22:58:20','customer.created','{"customer": 11}','system',NULL,'role:admin','',0),
(90,'2026-03-02 22:58:20','conversation.started','{"conversation": 11, "customer": 11}','customer',11,'inbox:1 role:admin team:1','',0),
(91,'2026-03-02 22:58:20','message.received','{"conversation": 11, "message": 37, "seq": 1, "automatic": false}','customer',11,'inbox:1 role:admin team:1','',0),
(92,'2026-03-02 22:58:20','sender.blocked','{"sender": 1}','agent',2,'all','',0),
(93,'2026-03-02 22:58:20','conversation.updated','{"conversation": 11, "fields": ["spam"]}','agent',2,'inbox:1 role:admin team:1','inbox:1 role:admin team:1',0),
(94,'2026-03-02 23:07:20','conversation.started','{"conversation": 12, "customer": 2}','customer',2,'inbox:1 role:admin team:1','',0),
(95,'2026-03-02 23:07:20','message.received','{"conversation": 12, "message": 39, "seq": 1, "automatic": false}','customer',2,'inbox:1 role:admin team:1','',0),
(96,'2026-03-02 23:10:20','input.quarantined','{"raw": 17}','system',NULL,'role:admin','',0),
(97,'2026-03-02 23:13:20','input.quarantined','{"raw": 18}','system',NULL,'role:admin','',0),
(98,'2026-03-02 23:13:20','input.released','{"raw": 17}','agent',1,'role:admin','',0),
(99,'2026-03-02 23:16:20','draft.changed','{"conversation": 4, "agent": 2}','agent',2,'agent:2','',0),
(100,'2026-03-02 23:16:20','draft.changed','{"conversation": 4, "agent": 2}','agent',2,'agent:2','',0),
(101,'2026-03-02 23:27:20','message.sent','{"conversation": 6, "message": 40, "seq": 5}','agent',3,'agent:3 inbox:1 role:admin team:1','',0),
(102,'2026-03-02 23:27:20','message.withdrawn','{"conversation": 6, "message": 40, "seq": 5}','agent',3,'agent:3 inbox:1 role:admin team:1','',0),
(103,'2026-03-02 23:27:20','draft.changed','{"conversation": 6, "agent": 3}','agent',3,'agent:3','',0),
(104,'2026-03-02 23:27:20','conversation.read','{"conversation": 6, "agent": 3, "seq": 3}','agent',3,'agent:3','',0),
(105,'2026-03-02 23:27:20','conversation.updated','{"conversation": 12, "fields": ["assignee"]}','agent',1,'agent:6 inbox:1 role:admin team:1','inbox:1 role:admin team:1',0),
(106,'2026-03-02 23:27:20','conversation.assigned','{"conversation": 12, "agent": 6}','agent',1,'agent:6 inbox:1 role:admin team:1','',0),
(107,'2026-03-02 23:27:20','notification.seen','{"agent_id": 3}','system',NULL,'agent:3','',0),
(108,'2026-03-02 23:27:20','notification.created','{"notification_id": 6}','system',NULL,'agent:6','',0),
(109,'2026-03-02 23:27:20','agent.left','{"agent_id": 6}','agent',1,'all','',0),
(110,'2026-03-02 23:27:20','agent.updated','{"agent_id": 6}','agent',1,'all','',0),
(111,'2026-03-02 23:27:20','agent.access_changed','{"agent_id": 6}','agent',1,'agent:6 role:admin','',0),
(112,'2026-03-02 23:27:20','conversation.updated','{"conversation": 12, "fields": ["assignee"]}','agent',1,'agent:6 inbox:1 role:admin team:1','agent:6 inbox:1 role:admin team:1',0),
(113,'2026-03-02 23:27:20','agent.updated','{"agent_id": 3}','agent',3,'all','',0),
(114,'2026-03-02 23:27:20','notification.seen','{"agent_id": 1}','system',NULL,'agent:1','',0),
(115,'2026-03-02 23:27:20','customer.created','{"customer": 12}','api',1,'all','',0),
(116,'2026-03-02 23:38:20','message.sent','{"conversation": 12, "message": 43, "seq": 4}','agent',1,'agent:6 inbox:1 role:admin team:1','',0),
(117,'2026-03-02 23:38:20','conversation.updated','{"conversation": 12, "fields": ["assignee"]}','agent',1,'agent:1 agent:6 inbox:1 role:admin team:1','agent:6 inbox:1 role:admin team:1',0);

CREATE TABLE "email_tombstone" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "digest" varchar(64) NOT NULL UNIQUE, "created_at" datetime NOT NULL);
INSERT INTO "email_tombstone" ("id", "digest", "created_at") VALUES
(1,'9607fed620b1b91e076b856b5167e8e7d420e6569b07969d507aa87da086c885','2026-03-02 23:13:20');

CREATE TABLE "email_mailaccount" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "address" varchar(254) NOT NULL UNIQUE, "aliases" text NOT NULL CHECK ((JSON_VALID("aliases") OR "aliases" IS NULL)), "from_name" varchar(120) NOT NULL, "smtp_url" text NOT NULL, "imap_url" text NOT NULL, "auth" varchar(10) NOT NULL, "oauth" text NOT NULL, "reply_domain" varchar(254) NOT NULL, "trusted_authserv" varchar(254) NOT NULL, "follow_sent" bool NOT NULL, "import_since" datetime NULL, "hourly_cap" integer unsigned NOT NULL CHECK ("hourly_cap" >= 0), "cap_confirmed_at" datetime NULL, "webhook_key" varchar(64) NOT NULL, "last_ok_at" datetime NULL, "last_error" varchar(500) NOT NULL, "last_error_at" datetime NULL, "created_at" datetime NOT NULL, "inbox_id" bigint NOT NULL UNIQUE REFERENCES "conversations_inbox" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "email_mailaccount" ("id", "address", "aliases", "from_name", "smtp_url", "imap_url", "auth", "oauth", "reply_domain", "trusted_authserv", "follow_sent", "import_since", "hourly_cap", "cap_confirmed_at", "webhook_key", "last_ok_at", "last_error", "last_error_at", "created_at", "inbox_id") VALUES
(1,'service@nortun.example','["info@nortun.example"]','','gAAAAABpphzYZbpw6_dsoyqgKnKg2j6CkMW_v72XIAYEpkFwN_5OVfzrwDipj1hsJq4nL-TgdBR-XwvowFYJbNfqnvVKdWZr3YHuDDSqeChqvaleD7BFaYtvOFnjSxk6UpmpXYfbTElB','gAAAAABpphzYmXElYAfIXc5XzHz5eu3S_QzFLD524e57SWErV_G4_U37zvcYDoKBSgVSK4dlSoeIIx0hXG4WQmULnkzuDFApSc3tyFxqjFH9MnsDxH9BjYOadkSlheegxffL-Y0Oq4d3','password','','nortun.example','',0,'2026-03-01 06:00:00',500,'2026-03-02 06:00:00','','2026-03-02 07:06:00','The connection broke before the server''s answer (SMTPServerDisconnected).','2026-03-02 07:20:20','2026-03-02 06:00:00',1),
(2,'billing@nortun.example','[]','','','','password','','','',0,'2026-03-01 06:00:00',500,NULL,'Sc3rEXlEiDiPvGwSmOycpX9eEk2Y3axZ','2026-03-02 22:34:40','5.1.1 No such user','2026-03-02 22:44:00','2026-03-02 06:00:00',2);

CREATE TABLE "email_autoreply" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "address" varchar(320) NOT NULL, "at" datetime NOT NULL, "inbox_id" bigint NOT NULL REFERENCES "conversations_inbox" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "email_autoreply" ("id", "address", "at", "inbox_id") VALUES
(1,'emma@clarke.example','2026-03-02 23:27:20',1);

CREATE TABLE "email_imapfolder" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "name" varchar(255) NOT NULL, "uid_validity" bigint NOT NULL, "last_uid" bigint NOT NULL, "server_count" integer unsigned NOT NULL CHECK ("server_count" >= 0), "seen_count" integer unsigned NOT NULL CHECK ("seen_count" >= 0), "gap" integer unsigned NOT NULL CHECK ("gap" >= 0), "checked_at" datetime NULL, "account_id" bigint NOT NULL REFERENCES "email_mailaccount" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_folder" UNIQUE ("account_id", "name"));
INSERT INTO "email_imapfolder" ("id", "name", "uid_validity", "last_uid", "server_count", "seen_count", "gap", "checked_at", "account_id") VALUES
(1,'INBOX',1772000000,412,398,398,0,NULL,1);

CREATE TABLE "notifications_pushsubscription" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "endpoint" varchar(700) NOT NULL UNIQUE, "p256dh" varchar(128) NOT NULL, "auth" varchar(64) NOT NULL, "user_agent" varchar(200) NOT NULL, "created_at" datetime NOT NULL, "failures" smallint unsigned NOT NULL CHECK ("failures" >= 0), "agent_id" bigint NOT NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED);
INSERT INTO "notifications_pushsubscription" ("id", "endpoint", "p256dh", "auth", "user_agent", "created_at", "failures", "agent_id") VALUES
(1,'https://push.browser.example/olga','BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4','BTBZMqHH6r4Tts7J_aSIgg','Firefox','2026-03-02 23:27:20',0,3);

CREATE TABLE "notifications_notification" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "type" varchar(40) NOT NULL, "conversation_id" bigint NULL, "key" varchar(100) NOT NULL, "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), "created_at" datetime NOT NULL, "seen_at" datetime NULL, "mailed_at" datetime NULL, "agent_id" bigint NOT NULL REFERENCES "accounts_agent" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "one_notification" UNIQUE ("agent_id", "key"));
INSERT INTO "notifications_notification" ("id", "type", "conversation_id", "key", "data", "created_at", "seen_at", "mailed_at", "agent_id") VALUES
(1,'reply',1,'reply:4','{"seq": 4}','2026-03-02 06:17:20','2026-03-02 23:27:20',NULL,1),
(2,'failed',2,'failed:8:bounced','{}','2026-03-02 06:34:40','2026-03-02 23:27:20',NULL,1),
(3,'mention',5,'mention:17','{"by": 3}','2026-03-02 07:05:40','2026-03-02 22:23:20',NULL,2),
(4,'failed',6,'failed:23:uncertain','{}','2026-03-02 07:20:20','2026-03-02 23:27:20',NULL,3),
(5,'failed',10,'failed:35:failed','{}','2026-03-02 22:44:00',NULL,NULL,4),
(6,'assigned',12,'assigned:106','{"by": 1}','2026-03-02 23:27:20',NULL,NULL,6);

CREATE VIRTUAL TABLE search_message USING fts5(terms, tokenize="ascii tokenchars '='", detail=none, content='', contentless_delete=1);
DELETE FROM search_message_data;
INSERT INTO "search_message_data" ("id", "block") VALUES
(1,X'18854F'),
(10,X'00000000FF00000102091900091101010110000010010101111100000102010112120000010301011313000001040101141400000105010115150000010601011616000001070101171701010108010118180000010000'),
(137438953473,X'000000CE0230371E01033D63391E020269321E021174666539396564666439636264393439651E010261741E0106626F696C65721E0201791E010363616E1E010864697368776173681E01066578616D706C1E0103666F721E0105676976656E1E0101691E02056E766F69631E01046C6F6F6B1E01026D791E01096E65696768626F75721E0205756D6265721E010272651E0304706169721E010373616D1E04106E65696768626F75726578616D706C651E01037468651E030269731E02026F6F1E01037761731E0103796F751E0404060514050904060B090608040807050C080507061306050506'),
(274877906945,X'0000010304303D63311F020269321F021174666539396564666439636264393439651F01036169721F02016E1F0301641F020572616761741F02077361747279616E1F01056265666F721F0105636C65616E1F02086F6E646974696F6E1F0303756C641F01036461791F01066578616D706C1F01036761731F02036F6F641F01036861731F02046F74656C1F0301771F01046A756E651F01046D616E691F02036F726E1F01046E6565641F01056F666665721F040269631F060F65617261676174736578616D706C651F020275721F0105727562656E1F01037361791F0203656E641F0205756D6D65721F0104746861741F0301651F020477656C761F0103796F751F04060514060404080A08080B0606090606060704070706070805120508060608070407'),
(412316860417,X'000000C90530313774682301033D61342302026932230211746439653338613638373735613937333823010161230105636865636B2302036F6D652302057573746F6D2301036475652301066578616D706C230106667269656E64230106686561746572230102696E230201732301056D617263682302036F76652301026F662302026C6423040C6D6F7665646578616D706C652302016E23010672656D696E642301057368616C6C230103746865230105776174657223020165230104796561722302036F757223040706051404080608060909090504080605050F04090806080407'),
(549755813889,X'000000E804303D61322402026932240211743030616430643264353537383431666424010961667465726E6F6F6E240202697224020572616761742402077361747279616E2401056265666F72240109636F6E646974696F6E2401036461792401066578616D706C240106666F6C6C6F77240104676F6F64240105686F74656C2401046D6F726E240201722401046E6565642401056F66666572240402696324060F65617261676174736578616D706C65240102726524010673756D6D657224010A746563686E696369616E2402026865240302697324030372656524020477656C762403016F24040605140C05080A080C060909070807040708051205090D05050607'),
(687194767361,X'000000F105303D63313125020269312502117462653335666433386331656236343435250103616E642501086261636B6C696E6B2502027579250109636F6E67726174756C2501066578616D706C250106666173746572250204697273742502056F6C6C6F772503017225010667726F777468250207756172616E746525010568656C6C6F25061172616E6B6661737465726578616D706C65250106696E636C7564250303766973250201732501066E6F7274756E2507076578616D706C65250301772501047061676525010472616E6B250104736974652501047465616D25020268652501027765250104796F75722504070514060B050C0909070804090A0814090604090A04070707070505'),
(824633720833,X'000000E304303D633227020466696C6527020269312702117462653335666433386331656236343435270106616E6168697427070F736172677379616E6578616D706C652701066578616D706C270103706E67270108736172677379616E27010CD5A1D5B6D5A1D5B0D5ABD5BF270209A3D5BFD5B6D5A5D5AC270209A4D5AAD5BED5A1D680270203A5D5B4270207AFD681D5A5D5AC27020FB3D5A1D5B6D5A1D5BAD5A1D680D5B0270207B4D5A5D5B6D684270207B7D5A5D5B6D68427020FBDD5A1D680D5A3D5BDD5B5D5A1D5B627010CD684D5A1D680D5BFD5A5D5A6270D03706E67270406070514091209060B0F0C0C060A120A0A120F'),
(962072674305,X'000000CF04303D6133280202693128021174376538616663653430323034383866342801066578616D706C2801066D6172696E61280710706574726F7379616E6578616D706C65280109706574726F7379616E2801027265280104D0B7D0B0280209B8D0B7D0B2D0B8D0BD280209BCD0B0D180D0B8D0BD280203BDD0B528020BBED182D0BFD180D0B0D0B228020DBFD0B5D182D180D0BED181D18F280405BBD0B8D18228010CD180D0B5D0BCD0BED0BDD18228020781D187D0B5D18228020582D0BED18228020784D0B0D0B9D0BB28040605140909130C05070C0C060E10080F0A08'),
(1099511627777,X'000000DB04303D61312B020269312B021174326236663663353762366366383664302B0106616E616869742B070F736172677379616E6578616D706C652B01066578616D706C2B010272652B0108736172677379616E2B010CD5A1D5B6D5A1D5B0D5ABD5BF2B020FB3D5A1D5B6D5A1D5BAD5A1D680D5B02B021FB7D5B6D5B8D680D5B0D5A1D5AFD5A1D5ACD5B8D682D5A9D5B5D5B8D682D5B62B020FBDD5A1D680D5A3D5BDD5B5D5A1D5B62B020BBED5A1D680D5BAD5A5D5BF2B0110D683D5B8D5ADD5A1D5B6D681D5A5D5AC2B020B84D5A1D680D5BFD5A5D5A62B04060514091209050B0F1222120E13'),
(2336462209025,X'00000B92023031040201300D02023138170402013502020137020101371D01033D613102060301320D0301331101050301341B020263320103030133070301340C0301350F03013610030137160301381A03020466696C6516010402026931010102030108010104010301320C01020B010202117430333130303963373362343139363131080310316565663762343539643739396137641B031032623666366335376236636638366430020310333032323134623465323062633363651A0103103734633732373965333933326137666312040F653861666365343032303438386634170310383433653633333238653036356238651B040F3735633639313239343862336162610D03106265333566643338633165623634343501030309060310666539396564666439636264393439650C030B030102616D1D02056E61686974010102070F736172677379616E6578616D706C650101020301641B020304737765721D0207706F6C6F6769731B020272651B020574746163681B010662657269647A1102056F696C65721A0102020275741A0105636C61726B1A010202036F70691A030572726563741A010303756C641A0104646561721B0104656D6D611A0102050D636C61726B656578616D706C651A0102020578616D706C0101020301040102010204010301020103666F721A0102010A67656C61736876696C690F0205696F7267691101046861796B070105136D616E756B79616E706F73746578616D706C6507010204656C6C6F1A0206757362616E641A0101691D02016E1A0304766F69631A01020707653131387064661B0201731A010201741A01086B6170616E61647A0C010203696E641A01056C6576616E0F061167656C61736876696C696578616D706C650F02036973741A01086D616E756B79616E0701030472696E6116010710706574726F7379616E6578616D706C65160102056F6E6461791A030201791A01046E696E6F0C0105106B6170616E61647A656578616D706C650C0101026F661D03036669631D02036C69761B050F6572636C61726B656578616D706C651B02016E1A0301651A03026C691A020275741D0103706466170402086574726F7379616E160102026E671602056F6368746110020302737407010102726502020405050504020304676172641A0304706169721A010204036C61631A0204696768741B0108736172677379616E0101020203656E741A01037468651A010204016E1D0202776F1A0105756E74696C1D010476616C761A02056F6C6B6F761002070D706F636874616578616D706C65100201037761731A0201651B0203696C6C1D0103796F751A010112D0B1D183D185D0B3D0B0D0BBD182D0B5D180160201B212050304D0B0D181110409BBD0BED0B6D0B5D0BD16010401BE16010504D0BBD0BA10020306D182D0BED18010020BB3D0B0D180D0B0D0BDD1821002020BB4D0B5D0B9D181D182D0B2100601BD100204010401BE100504D0B1D18016010203B5D0B3170304D181D0BB170502D182110203B6D0B5120203B7D0B01601050AD0B2D0BED0B4D181D0BA160607BAD0B0D0B7D0B012040DB4D180D0B0D0B2D181D182D0B210020203B8D0BC160207BAD0BED0B3D0B410060FBCD0BFD180D0B5D181D181D0BED18011010203BBD0B8110203BCD0B0100506D180D0B8D0BD1601060781D182D0B5D18010020401BE160506D180D0BED0B710020203BDD0B011050401B510020403B8D187120304D183D0B6160702D0BD120207BED0B1D0B5D0B4120401BD1204030CD180D0B8D0B3D0B8D0BDD0B017040584D0B8D18117020DBFD0B5D182D180D0BED181D18F1601060587D0B0D182170405BBD0B0D182120603B8D18216010401BE12050ED0B6D0B0D0BBD183D0B9D181D182160609BDD0B0D0B4D0BED0B1170504D180D18210060381D0BB12060387D18210030AD180D0B8D0B2D0B5D0B7170805B4D0B5D182120807B5D0B4D0B5D182120904D185D0B0100704D188D0BB160609BED0B4D183D0BAD18210010CD180D0B5D0BCD0BED0BDD18212040102018110070306D0B5D180D0B310020407BAD0BBD0B0D0B4110409BCD0BED0B6D0B5D182100306D187D0B5D1821601090631313870646617020D82D0B0D0B1D0BBD0B8D187D0BA160F05D0B0706E67160403BED1821202018311030AD0B2D0B0D0B6D0B5D0BD10020F84D0BED182D0BED0B3D180D0B0D18416021585D0BED0BBD0BED0B4D0B8D0BBD18CD0BDD0B8D0BA1002020D87D0B5D182D0B2D0B5D180D0B3120108D5A1D5B4D5A5D5B6040403B5D5A4020605BDD685D680020409B6D5A1D5B0D5ABD5BF010102040BB7D5ADD5A1D5BFD5A5D5AC040405BCD5A1D5BB070306D680D5A4D5A5010207A2D5A1D5B5D681070506D680D5A5D5BE010105010407A5D680D5A5D5AC080407BCD5B6D5A1D5AF07010205A3D5A1D5A601010601AC0101020306D680D5A5D5AC070205A4D5A5D5BC070405B8D682D5BC07010702D684010105010203A5D5B4010102030401BE080304D680D5A201060605A5D5ADD5A1010801AF010605AFD5B8D682070203A9D5A5070205AAD5A1D5B4020708D5A1D5B6D5A1D5AF040205ABD5B6D5B9040403BDD5AF010209ACD5ABD5B6D5A5D5AC070407BED5A1D681D68407020BADD5B6D5A4D680D5A5D5AC02050209AED5B8D680D5A1D5AF020209AFD5A1D5A9D5BDD5A10101020502D68001060704D5B8D5B2010207B0D5A1D5B5D5AF0701050AD680D5A3D5A1D5B6D684010211B4D5A1D5B6D5B8D682D5AFD5B5D5A1D5B607010405A5D5B6D684010508D684D5A5D5B6D5A1070405ABD5B6D5B9020904D5A5D5BE020209B6D5B8D682D5B5D5B6080209B7D5A1D5A2D5A1D5A907041DB6D5B8D680D5B0D5A1D5AFD5A1D5ACD5B8D682D5A9D5B5D5B8D682D5B604020BB8D682D680D5A2D5A1D5A908020FBAD5A1D5BFD5A1D5BDD5ADD5A1D5B6070805BED5A5D68007010A07ABD680D5A5D5AC07020FBDD5A1D680D5A3D5BDD5B5D5A1D5B60101020409A5D5B6D5B5D5A1D5AF010409BFD5A1D5B6D5A1D5AC08020BBED5A1D680D5BAD5A5D5BF010102020DBFD5A1D684D5A1D5B6D5A1D5AC0101020407ABD5AFD5ABD5B6020405B8D682D5B601010AD681D5B8D682D680D5BF01020983D5A1D5AFD5A5D5AC020405B8D684D68001020385D680080109E18390E183A0E183900F031091E18390E183A0E18390E18397E183980F031992E18390E18393E18390E18399E18394E183A2E1839DE183970D0F07AEE18393E183900F09139BE18390E183A0E183AFE1839DE18391E183900C01020C169DE18392E18396E18390E18395E1839CE1839DE183970C061694E1839AE18390E183A8E18395E18398E1839AE183980F060797E183AEE1839D0D0616A3E183A8E18398E1839CE18393E18394E1839AE183980C030493E183900C060798E1839AE183900D0604A6E183940C030497E183A30F031098E18390E183A2E18390E18399E183980C031399E18390E1839EE18390E1839CE18390E183AB0C01030A9AE18394E18395E1839C0F03139BE18390E1839CE18390E1839BE18393E183940D0C0AA5E18390E1839CE183900C01060A9DE183A1E18395E1839A0D030D9CE18390E183A6E18393E183980F060798E1839CE1839D0C0103109DE1839CE18399E18390E1839CE183980D031F9EE18390E183A2E18398E18395E18398E183A1E183AAE18394E1839BE183900C03079FE1839DE1839C0C01030AA0E18394E183AAE183AE0C030DA1E18390E18390E18397E183980D09169BE18396E18390E183A0E18394E183A3E1839AE1839D0C090DA0E18394E183AAE183AEE183980C010910A4E18390E183A1E183A3E183A0E183980F060A95E18394E1839AE183980C030AA4E183A3E1839AE183980F0319A5E18390E1839AE18391E18390E183A2E1839DE1839CE183980D06079DE1839CE183900F030DA8E18394E18399E18394E183970F090A9BE18393E18394E183920C0919A1E18390E183ABE1839AE18394E18391E18394E1839AE183980F090DA3E183ABE1839AE18398E183900C030DACE183A7E18390E1839AE183980C01030AAEE18394E1839AE183980F0C0D9DE183A1E18390E1839CE183980C01060795E18390E1839A0D040404060404040704060406040404040405090E0914131314131213121716050A1405070A0508090A050A06090607091216080D08081707090404090A05040C060814060C0814090408140506061204040505070C0509060C070906070D0608040508070911060406071505070D0508090F0E07040806070506070D0A11060A1306060A0B040A07050607050A050F081108080704110C0706060D080A07070C11050A0A0C0A09100806040D1219100B06080E0E08090A0C0A0B09060908090809040808040806080B08060C0A0F0C0E06070B0D15080B08070C0C200E12090A140C0C10120A080D0C08060C131C0A1819190A19070A070713170D160E0D100B13220B0D101911130D0D1C0A100D1C10110D11'),
(9008161327415296,X'04000000000000010000000000000000000000000000000000000000000000000000000000000000000000280000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000');
DELETE FROM search_message_idx;
INSERT INTO "search_message_idx" ("segid", "term", "pgno") VALUES
(1,X'',2),(2,X'',2),(3,X'',2),(4,X'',2),(5,X'',2),(6,X'',2),(7,X'',2),(8,X'',2),(17,X'',2);
DELETE FROM search_message_docsize;
INSERT INTO "search_message_docsize" ("id", "sz", "origin") VALUES
(1,X'25',1),(2,X'1F',2),(4,X'16',3),(7,X'23',4),(8,X'19',5),(12,X'1E',6),(13,X'1B',7),(15,X'18',8),(16,X'21',9),
(17,X'0B',10),(18,X'24',11),(22,X'24',12),(23,X'22',13),(26,X'2B',14),(27,X'29',15),(29,X'1C',16),(30,X'1E',17),
(31,X'2E',18),(35,X'20',19),(36,X'1E',20),(37,X'1E',21),(39,X'17',22),(43,X'10',24);
DELETE FROM search_message_config;
INSERT INTO "search_message_config" ("k", "v") VALUES
('version',4);

CREATE VIRTUAL TABLE search_customer USING fts5(terms, tokenize="ascii tokenchars '='", detail=none, content='', contentless_delete=1);
DELETE FROM search_customer_data;
INSERT INTO "search_customer_data" ("id", "block") VALUES
(1,X'0C5F'),
(10,X'00000000FF000001010C0C000C0101010101000001020101020200000103010103030000010401010404000001050101050500000106010106060000010701010707000001080101080800000109010109090000010A01010A0A0000010B01010B0B0000010C01010C0C000001'),
(137438953473,X'00000098093030303131323233330101023130010306323233333434010102323201010233330102023734010408313032323333343401010234340101093730303131323233330101066172616761740102077361747279616E0101066578616D706C010105686F74656C0101056F6666696301060F65617261676174736578616D706C65010105727562656E0101077965726576616E01040B05090505050B050C090A0908081208'),
(274877906945,X'000000540730616E6168697402070F736172677379616E6578616D706C650201066578616D706C020108736172677379616E02010CD5A1D5B6D5A1D5B0D5ABD5BF02020FBDD5A1D680D5A3D5BDD5B5D5A1D5B602040912090B0F'),
(412316860417,X'0000005B07306578616D706C0301046861796B0305136D616E756B79616E706F73746578616D706C650301086D616E756B79616E030104706F7374030108D5B0D5A1D5B5D5AF030211B4D5A1D5B6D5B8D682D5AFD5B5D5A1D5B603040907160B070B'),
(549755813889,X'0000005707306578616D706C0401086B6170616E61647A0401046E696E6F0405106B6170616E61647A656578616D706C65040115E18399E18390E1839EE18390E1839CE18390E183AB04030A9CE18398E1839CE1839D0404090B071318'),
(687194767361,X'0000006107306578616D706C05010A67656C61736876696C690501056C6576616E05061167656C61736876696C696578616D706C6505011BE18392E18394E1839AE18390E183A8E18395E18398E1839AE1839805030A9AE18394E18395E1839C0504090D08141E'),
(824633720833,X'0000004507306578616D706C060106706F63687461060106766F6C6B6F7606070D706F636874616578616D706C65060108D0B2D0BED0BBD0BA060108D181D0B5D180D0B30604090909100B'),
(962072674305,X'0000005207306578616D706C0701066D6172696E61070710706574726F7379616E6578616D706C65070109706574726F7379616E07010AD0BCD0B0D180D0B8D0BD07020DBFD0B5D182D180D0BED181D18F07040909130C0D'),
(1099511627777,X'0000002B0630636C61726B080104656D6D6108050D636C61726B656578616D706C6508020578616D706C0804080710'),
(1236950581249,X'0000003207306578616D706C0901096E65696768626F757209010373616D0904106E65696768626F75726578616D706C650904090C06'),
(1374389534721,X'000000320730637573746F6D0A01066578616D706C0A01046D6F76650A01036F6C640A040C6D6F7665646578616D706C650A0409090706'),
(1511828488193,X'0000004907306578616D706C0B01066661737465720B010667726F7774680B010568656C6C6F0B061172616E6B6661737465726578616D706C650B010472616E6B0B01047465616D0B04090909081407'),
(1649267441665,X'00000043033031320C010233340C010835353132333435360C0301350C0201360C01033939350C04093535353132333435360C01046D6169610C01067473657265740C0405050B0404060C07');
DELETE FROM search_customer_idx;
INSERT INTO "search_customer_idx" ("segid", "term", "pgno") VALUES
(1,X'',2),(2,X'',2),(3,X'',2),(4,X'',2),(5,X'',2),(6,X'',2),(7,X'',2),(8,X'',2),(9,X'',2),(10,X'',2),(11,X'',2),
(12,X'',2);
DELETE FROM search_customer_docsize;
INSERT INTO "search_customer_docsize" ("id", "sz", "origin") VALUES
(1,X'16',1),(2,X'06',2),(3,X'07',3),(4,X'06',4),(5,X'06',5),(6,X'06',6),(7,X'06',7),(8,X'06',8),(9,X'05',9),
(10,X'06',10),(11,X'07',11),(12,X'0C',12);
DELETE FROM search_customer_config;
INSERT INTO "search_customer_config" ("k", "v") VALUES
('version',4);

CREATE TABLE search_term (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL, term TEXT NOT NULL, UNIQUE (kind, term));
INSERT INTO "search_term" ("id", "kind", "term") VALUES
(1,0,'aragat'),(2,0,'asatryan'),(3,0,'exampl'),(4,0,'hotel'),(5,0,'offic'),(6,0,'officearagatsexample'),(7,0,'ruben'),
(8,0,'yerevan'),(9,0,'anahit'),(10,0,'anahitsargsyanexample'),(11,0,'sargsyan'),(12,0,'անահիտ'),(13,0,'սարգսյան'),
(14,1,'anahit'),(15,1,'anahitsargsyanexample'),(16,1,'exampl'),(17,1,'sargsyan'),(18,1,'անահիտ'),(19,1,'արդե'),
(20,1,'բարեվ'),(21,1,'գազ'),(22,1,'գալ'),(23,1,'դուք'),(24,1,'եմ'),(25,1,'երբ'),(26,1,'երեխա'),(27,1,'երեկ'),
(28,1,'իսկ'),(29,1,'կաթսա'),(30,1,'կար'),(31,1,'կարող'),(32,1,'հարգանք'),(33,1,'մենք'),(34,1,'սարգսյան'),(35,1,'սենյակ'),
(36,1,'վարպետ'),(37,1,'տաքանալ'),(38,1,'տուն'),(39,1,'ցուրտ'),(40,1,'փոքր'),(41,1,'re'),(42,1,'այդ'),(43,1,'այսօր'),
(44,1,'ժամ'),(45,1,'խնդրել'),(46,1,'ծորակ'),(47,1,'մինչ'),(48,1,'մինչեվ'),(49,1,'տիկին'),(50,1,'փակել'),(51,1,'ամեն'),
(52,1,'աշխատել'),(53,1,'ժամանակ'),(54,1,'ինչ'),(55,1,'շնորհակալություն'),(56,0,'hayk'),(57,0,'haykmanukyanpostexample'),
(58,0,'manukyan'),(59,0,'post'),(60,0,'հայկ'),(61,0,'մանուկյան'),(62,1,'hayk'),(63,1,'haykmanukyanpostexample'),
(64,1,'manukyan'),(65,1,'post'),(66,1,'առաջ'),(67,1,'բայց'),(68,1,'բռնակ'),(69,1,'գրել'),(70,1,'դեռ'),(71,1,'դուռ'),
(72,1,'երկու'),(73,1,'թե'),(74,1,'լինել'),(75,1,'լվացք'),(76,1,'հայկ'),(77,1,'մանուկյան'),(78,1,'մեքենա'),(79,1,'շաբաթ'),
(80,1,'պատասխան'),(81,1,'պատվեր'),(82,1,'պատվիրել'),(83,1,'բերել'),(84,1,'եվ'),(85,1,'նույն'),(86,1,'ուրբաթ'),
(87,1,'ստանալ'),(88,1,'օր'),(89,0,'kapanadz'),(90,0,'nino'),(91,0,'ninokapanadzeexample'),(92,0,'კაპანაძ'),(93,0,'ნინო'),
(94,1,'kapanadz'),(95,1,'nino'),(96,1,'ninokapanadzeexample'),(97,1,'გამარჯობა'),(98,1,'გამოგზავნოთ'),(99,1,'გუშინდელი'),
(100,1,'და'),(101,1,'დღე'),(102,1,'იატაკი'),(103,1,'კაპანაძ'),(104,1,'მანქანა'),(105,1,'ნინო'),(106,1,'პატივისცემა'),
(107,1,'ჟონ'),(108,1,'რეცხ'),(109,1,'სამზარეულო'),(110,1,'სარეცხი'),(111,1,'სველი'),(112,1,'შემდეგ'),(113,1,'შეუძლია'),
(114,1,'წყალი'),(115,1,'ხელოსანი'),(116,1,'გადაკეტოთ'),(117,1,'გთხო'),(118,1,'დილა'),(119,1,'მანამდე'),(120,1,'მოსვლ'),
(121,1,'ონკანი'),(122,1,'საათი'),(123,1,'ქალბატონი'),(124,1,'ხვალ'),(125,0,'gelashvili'),(126,0,'levan'),
(127,0,'levangelashviliexample'),(128,0,'გელაშვილი'),(129,0,'ლევნ'),(130,1,'gelashvili'),(131,1,'levan'),
(132,1,'levangelashviliexample'),(133,1,'არა'),(134,1,'ბარათი'),(135,1,'გადახდა'),(136,1,'გელაშვილი'),(137,1,'თუ'),
(138,1,'ლევნ'),(139,1,'ნაღდი'),(140,1,'საფასური'),(141,1,'ფული'),(142,1,'ქონა'),(143,1,'შეკეთ'),(144,1,'შესაძლებელი'),
(145,1,'ხელი'),(146,0,'pochta'),(147,0,'volkov'),(148,0,'volkovpochtaexample'),(149,0,'волк'),(150,0,'серг'),
(151,1,'pochta'),(152,1,'volkov'),(153,1,'volkovpochtaexample'),(154,1,'волк'),(155,1,'втор'),(156,1,'гарант'),
(157,1,'действ'),(158,1,'ден'),(159,1,'до'),(160,1,'здравств'),(161,1,'когд'),(162,1,'ма'),(163,1,'мастер'),
(164,1,'мороз'),(165,1,'не'),(166,1,'порт'),(167,1,'почт'),(168,1,'приеха'),(169,1,'продукт'),(170,1,'серг'),
(171,1,'сможет'),(172,1,'уважен'),(173,1,'холодильник'),(174,1,'beridz'),(175,1,'giorgi'),(176,1,'вас'),(177,1,'ест'),
(178,1,'компрессор'),(179,1,'ли'),(180,1,'на'),(181,1,'склад'),(182,1,'же'),(183,1,'заказа'),(184,1,'нич'),
(185,1,'нужн'),(186,1,'обед'),(187,1,'он'),(188,1,'плат'),(189,1,'по'),(190,1,'посл'),(191,1,'придет'),(192,1,'приедет'),
(193,1,'ремонт'),(194,1,'тот'),(195,1,'четверг'),(196,0,'marina'),(197,0,'marinapetrosyanexample'),(198,0,'petrosyan'),
(199,0,'марин'),(200,0,'петрося'),(201,1,'marina'),(202,1,'marinapetrosyanexample'),(203,1,'petrosyan'),(204,1,'png'),
(205,1,'бухгалтер'),(206,1,'вложен'),(207,1,'во'),(208,1,'добр'),(209,1,'за'),(210,1,'заводск'),(211,1,'им'),
(212,1,'марин'),(213,1,'мо'),(214,1,'нуж'),(215,1,'петрося'),(216,1,'плит'),(217,1,'пожалуйст'),(218,1,'пришл'),
(219,1,'счет'),(220,1,'табличк'),(221,1,'табличкаpng'),(222,1,'фотограф'),(223,1,'pdf'),(224,1,'ег'),(225,1,'есл'),
(226,1,'оригина'),(227,1,'офис'),(228,1,'печат'),(229,1,'понадоб'),(230,1,'привез'),(231,0,'clark'),(232,0,'emma'),
(233,0,'emmaclarkeexample'),(234,1,'boiler'),(235,1,'but'),(236,1,'clark'),(237,1,'copi'),(238,1,'correct'),
(239,1,'could'),(240,1,'emma'),(241,1,'emmaclarkeexample'),(242,1,'for'),(243,1,'hello'),(244,1,'husband'),(245,1,'in'),
(246,1,'invoic'),(247,1,'is'),(248,1,'it'),(249,1,'kind'),(250,1,'list'),(251,1,'monday'),(252,1,'my'),(253,1,'on'),
(254,1,'one'),(255,1,'onli'),(256,1,'regard'),(257,1,'repair'),(258,1,'replac'),(259,1,'sent'),(260,1,'the'),
(261,1,'two'),(262,1,'valv'),(263,1,'was'),(264,1,'you'),(265,1,'and'),(266,1,'apologis'),(267,1,'are'),(268,1,'attach'),
(269,1,'dear'),(270,1,'oliv'),(271,1,'oliverclarkeexample'),(272,1,'right'),(273,1,'we'),(274,1,'am'),(275,1,'answer'),
(276,1,'of'),(277,1,'offic'),(278,1,'out'),(279,1,'then'),(280,1,'until'),(281,1,'will'),(282,0,'neighbour'),
(283,0,'sam'),(284,0,'samneighbourexample'),(285,1,'at'),(286,1,'by'),(287,1,'can'),(288,1,'dishwash'),(289,1,'given'),
(290,1,'look'),(291,1,'neighbour'),(292,1,'number'),(293,1,'sam'),(294,1,'samneighbourexample'),(295,1,'this'),
(296,1,'too'),(297,1,'air'),(298,1,'an'),(299,1,'aragat'),(300,1,'asatryan'),(301,1,'befor'),(302,1,'clean'),
(303,1,'condition'),(304,1,'day'),(305,1,'gas'),(306,1,'good'),(307,1,'has'),(308,1,'hotel'),(309,1,'how'),
(310,1,'june'),(311,1,'mani'),(312,1,'morn'),(313,1,'need'),(314,1,'offer'),(315,1,'officearagatsexample'),(316,1,'our'),
(317,1,'ruben'),(318,1,'say'),(319,1,'send'),(320,1,'summer'),(321,1,'that'),(322,1,'twelv'),(323,0,'custom'),
(324,0,'move'),(325,0,'old'),(326,0,'oldmovedexample'),(327,1,'check'),(328,1,'come'),(329,1,'custom'),(330,1,'due'),
(331,1,'friend'),(332,1,'heater'),(333,1,'march'),(334,1,'move'),(335,1,'old'),(336,1,'oldmovedexample'),
(337,1,'remind'),(338,1,'shall'),(339,1,'water'),(340,1,'year'),(341,1,'your'),(342,1,'afternoon'),(343,1,'follow'),
(344,1,'mr'),(345,1,'technician'),(346,1,'three'),(347,0,'faster'),(348,0,'growth'),(349,0,'hello'),
(350,0,'hellorankfasterexample'),(351,0,'rank'),(352,0,'team'),(353,1,'backlink'),(354,1,'buy'),(355,1,'congratul'),
(356,1,'faster'),(357,1,'first'),(358,1,'growth'),(359,1,'guarante'),(360,1,'hellorankfasterexample'),(361,1,'includ'),
(362,1,'invis'),(363,1,'nortun'),(364,1,'nortunexample'),(365,1,'now'),(366,1,'page'),(367,1,'rank'),(368,1,'site'),
(369,1,'team'),(370,1,'գտնել'),(371,1,'դժվար'),(372,1,'կցել'),(373,1,'ճանապարհ'),(374,1,'շենք'),(375,1,'քարտեզ'),
(376,1,'քարտեզpng'),(377,1,'извин'),(378,1,'отправ'),(379,1,'файл'),(380,0,'maia'),(381,0,'tseret'),(382,1,'փոխանցել');

CREATE TABLE search_gram (gram TEXT NOT NULL, term_id INTEGER NOT NULL, PRIMARY KEY (gram, term_id)) WITHOUT ROWID;
INSERT INTO "search_gram" ("gram", "term_id") VALUES
('^af',342),('^ai',297),('^an',9),('^an',10),('^an',14),('^an',15),('^an',265),('^an',275),('^ap',266),('^ar',1),
('^ar',267),('^ar',299),('^as',2),('^as',300),('^at',268),('^ba',353),('^be',174),('^be',301),('^bo',234),('^bu',235),
('^bu',354),('^ca',287),('^ch',327),('^cl',231),('^cl',236),('^cl',302),('^co',237),('^co',238),('^co',239),('^co',303),
('^co',328),('^co',355),('^cu',323),('^cu',329),('^da',304),('^de',269),('^di',288),('^du',330),('^em',232),('^em',233),
('^em',240),('^em',241),('^ex',3),('^ex',16),('^fa',347),('^fa',356),('^fi',357),('^fo',242),('^fo',343),('^fr',331),
('^ga',305),('^ge',125),('^ge',130),('^gi',175),('^gi',289),('^go',306),('^gr',348),('^gr',358),('^gu',359),('^ha',56),
('^ha',57),('^ha',62),('^ha',63),('^ha',307),('^he',243),('^he',332),('^he',349),('^he',350),('^he',360),('^ho',4),
('^ho',308),('^ho',309),('^hu',244),('^in',246),('^in',361),('^in',362),('^ju',310),('^ka',89),('^ka',94),('^ki',249),
('^le',126),('^le',127),('^le',131),('^le',132),('^li',250),('^lo',290),('^ma',58),('^ma',64),('^ma',196),('^ma',197),
('^ma',201),('^ma',202),('^ma',311),('^ma',333),('^ma',380),('^mo',251),('^mo',312),('^mo',324),('^mo',334),('^ne',282),
('^ne',291),('^ne',313),('^ni',90),('^ni',91),('^ni',95),('^ni',96),('^no',363),('^no',364),('^no',365),('^nu',292),
('^of',5),('^of',6),('^of',277),('^of',314),('^of',315),('^ol',270),('^ol',271),('^ol',325),('^ol',326),('^ol',335),
('^ol',336),('^on',254),('^on',255),('^ou',278),('^ou',316),('^pa',366),('^pd',223),('^pe',198),('^pe',203),('^pn',204),
('^po',59),('^po',65),('^po',146),('^po',151),('^ra',351),('^ra',367),('^re',256),('^re',257),('^re',258),('^re',337),
('^ri',272),('^ru',7),('^ru',317),('^sa',11),('^sa',17),('^sa',283),('^sa',284),('^sa',293),('^sa',294),('^sa',318),
('^se',259),('^se',319),('^sh',338),('^si',368),('^su',320),('^te',345),('^te',352),('^te',369),('^th',260),('^th',279),
('^th',295),('^th',321),('^th',346),('^to',296),('^ts',381),('^tw',261),('^tw',322),('^un',280),('^va',262),('^vo',147),
('^vo',148),('^vo',152),('^vo',153),('^wa',263),('^wa',339),('^wi',281),('^ye',8),('^ye',340),('^yo',264),('^yo',341),
('^бу',205),('^ва',176),('^вл',206),('^во',149),('^во',154),('^вт',155),('^га',156),('^де',157),('^де',158),('^до',208),
('^ес',177),('^ес',225),('^за',183),('^за',210),('^зд',160),('^из',377),('^ко',161),('^ко',178),('^ма',163),('^ма',199),
('^ма',212),('^мо',164),('^ни',184),('^ну',185),('^ну',214),('^об',186),('^ор',226),('^от',378),('^оф',227),('^пе',200),
('^пе',215),('^пе',228),('^пл',188),('^пл',216),('^по',166),('^по',167),('^по',190),('^по',217),('^по',229),('^пр',168),
('^пр',169),('^пр',191),('^пр',192),('^пр',218),('^пр',230),('^ре',193),('^се',150),('^се',170),('^ск',181),('^см',171),
('^сч',219),('^та',220),('^та',221),('^то',194),('^ув',172),('^фа',379),('^фо',222),('^хо',173),('^че',195),('^ամ',51),
('^այ',42),('^այ',43),('^ան',12),('^ան',18),('^աշ',52),('^առ',66),('^ար',19),('^բա',20),('^բա',67),('^բե',83),('^բռ',68),
('^գա',21),('^գա',22),('^գտ',370),('^գր',69),('^դե',70),('^դժ',371),('^դո',23),('^դո',71),('^եր',25),('^եր',26),
('^եր',27),('^եր',72),('^ժա',44),('^ժա',53),('^ին',54),('^իս',28),('^լի',74),('^լվ',75),('^խն',45),('^ծո',46),('^կա',29),
('^կա',30),('^կա',31),('^կց',372),('^հա',32),('^հա',60),('^հա',76),('^ճա',373),('^մա',61),('^մա',77),('^մե',33),
('^մե',78),('^մի',47),('^մի',48),('^նո',85),('^շա',79),('^շե',374),('^շն',55),('^ու',86),('^պա',80),('^պա',81),
('^պա',82),('^սա',13),('^սա',34),('^սե',35),('^ստ',87),('^վա',36),('^տա',37),('^տի',49),('^տո',38),('^ցո',39),('^փա',50),
('^փո',40),('^փո',382),('^քա',375),('^քա',376),('^არ',133),('^ბა',134),('^გა',97),('^გა',98),('^გა',116),('^გა',135),
('^გე',128),('^გე',136),('^გთ',117),('^გუ',99),('^დი',118),('^დღ',101),('^ია',102),('^კა',92),('^კა',103),('^ლე',129),
('^ლე',138),('^მა',104),('^მა',119),('^მო',120),('^ნა',139),('^ნი',93),('^ნი',105),('^ონ',121),('^პა',106),('^ჟო',107),
('^რე',108),('^სა',109),('^სა',110),('^სა',122),('^სა',140),('^სვ',111),('^ფუ',141),('^ქა',123),('^ქო',142),('^შე',112),
('^შე',113),('^შე',143),('^შე',144),('^წყ',114),('^ხე',115),('^ხე',145),('^ხვ',124),('ac$',258),('ach',268),('ack',353),
('acl',233),('acl',241),('adz',89),('adz',91),('adz',94),('adz',96),('aex',148),('aex',153),('aft',342),('aga',1),
('aga',6),('aga',299),('aga',315),('age',366),('ahi',9),('ahi',10),('ahi',14),('ahi',15),('aia',380),('air',257),
('air',297),('all',338),('alv',262),('am$',283),('am$',293),('am$',352),('am$',369),('amn',284),('amn',294),('amp',3),
('amp',6),('amp',10),('amp',15),('amp',16),('amp',57),('amp',63),('amp',91),('amp',96),('amp',127),('amp',132),
('amp',148),('amp',153),('amp',197),('amp',202),('amp',233),('amp',241),('amp',271),('amp',284),('amp',294),('amp',315),
('amp',326),('amp',336),('amp',350),('amp',360),('amp',364),('an$',2),('an$',8),('an$',11),('an$',17),('an$',58),
('an$',64),('an$',126),('an$',131),('an$',198),('an$',203),('an$',287),('an$',300),('an$',302),('an$',345),('ana',9),
('ana',10),('ana',14),('ana',15),('ana',89),('ana',91),('ana',94),('ana',96),('and',244),('and',265),('ane',10),
('ane',15),('ane',197),('ane',202),('ang',127),('ang',132),('ani',311),('ank',350),('ank',351),('ank',360),('ank',367),
('anp',57),('anp',63),('ans',275),('ant',359),('anu',57),('anu',58),('anu',63),('anu',64),('apa',89),('apa',91),
('apa',94),('apa',96),('ape',197),('ape',202),('apo',266),('ar$',269),('ar$',340),('ara',1),('ara',6),('ara',299),
('ara',315),('ara',359),('arc',333),('ard',256),('are',267),('arg',10),('arg',11),('arg',15),('arg',17),('ari',196),
('ari',197),('ari',201),('ari',202),('ark',231),('ark',233),('ark',236),('ark',241),('ark',271),('as$',263),('as$',305),
('as$',307),('asa',2),('asa',300),('ash',125),('ash',127),('ash',130),('ash',132),('ash',288),('ast',347),('ast',350),
('ast',356),('ast',360),('at$',1),('at$',299),('at$',321),('ate',332),('ate',339),('atr',2),('atr',300),('ats',6),
('ats',315),('att',268),('atu',355),('ay$',251),('ay$',304),('ay$',318),('ayk',56),('ayk',57),('ayk',62),('ayk',63),
('bac',353),('ban',244),('bef',301),('ben',7),('ben',317),('ber',174),('ber',292),('boi',234),('bou',282),('bou',284),
('bou',291),('bou',294),('but',235),('buy',354),('can',287),('cea',6),('cea',315),('ch$',268),('ch$',333),('che',327),
('chn',345),('cht',146),('cht',148),('cht',151),('cht',153),('cia',345),('ck$',327),('ckl',353),('cla',231),('cla',233),
('cla',236),('cla',241),('cla',271),('cle',302),('clu',361),('com',328),('con',303),('con',355),('cop',237),('cor',238),
('cou',239),('ct$',238),('cus',323),('cus',329),('day',251),('day',304),('dea',269),('dex',326),('dex',336),('df$',223),
('dis',288),('dit',303),('dmo',326),('dmo',336),('due',330),('dz$',89),('dz$',94),('dz$',174),('dze',91),('dze',96),
('eam',352),('eam',369),('ean',302),('ear',6),('ear',269),('ear',315),('ear',340),('eat',332),('ech',345),('eck',327),
('ect',238),('ed$',313),('ede',326),('ede',336),('ee$',346),('eed',313),('eex',91),('eex',96),('eex',233),('eex',241),
('eex',271),('efo',301),('ega',256),('eig',282),('eig',284),('eig',291),('eig',294),('el$',4),('el$',308),('ela',125),
('ela',127),('ela',130),('ela',132),('ell',243),('ell',349),('ell',350),('ell',360),('elv',322),('emi',337),('emm',232),
('emm',233),('emm',240),('emm',241),('en$',7),('en$',279),('en$',289),('en$',317),('end',319),('end',331),('ent',259),
('epa',257),('epl',258),('er$',234),('er$',275),('er$',292),('er$',314),('er$',320),('er$',332),('er$',339),('er$',347),
('er$',356),('erc',271),('ere',8),('ere',350),('ere',360),('ere',381),('eri',174),('ern',342),('et$',381),('etr',197),
('etr',198),('etr',202),('etr',203),('eva',8),('eva',126),('eva',127),('eva',131),('eva',132),('exa',3),('exa',6),
('exa',10),('exa',15),('exa',16),('exa',57),('exa',63),('exa',91),('exa',96),('exa',127),('exa',132),('exa',148),
('exa',153),('exa',197),('exa',202),('exa',233),('exa',241),('exa',271),('exa',284),('exa',294),('exa',315),('exa',326),
('exa',336),('exa',350),('exa',360),('exa',364),('fas',347),('fas',350),('fas',356),('fas',360),('fer',314),('ffe',314),
('ffi',5),('ffi',6),('ffi',277),('ffi',315),('fic',5),('fic',6),('fic',277),('fic',315),('fir',357),('fol',343),
('for',242),('for',301),('fri',331),('fte',342),('gar',256),('gas',305),('gat',1),('gat',6),('gat',299),('gat',315),
('ge$',366),('gel',125),('gel',127),('gel',130),('gel',132),('ghb',282),('ghb',284),('ghb',291),('ghb',294),('ght',272),
('gi$',175),('gio',175),('gis',266),('giv',289),('goo',306),('gra',355),('gro',348),('gro',358),('gsy',10),('gsy',11),
('gsy',15),('gsy',17),('gua',359),('hal',338),('has',307),('hat',321),('hay',56),('hay',57),('hay',62),('hay',63),
('hbo',282),('hbo',284),('hbo',291),('hbo',294),('he$',260),('hea',332),('hec',327),('hel',243),('hel',349),('hel',350),
('hel',360),('hen',279),('his',295),('hit',9),('hit',10),('hit',14),('hit',15),('hni',345),('hot',4),('hot',308),
('how',309),('hre',346),('ht$',272),('hta',146),('hta',148),('hta',151),('hta',153),('hus',244),('hvi',125),('hvi',127),
('hvi',130),('hvi',132),('hwa',288),('ia$',380),('ian',345),('ic$',5),('ic$',246),('ic$',277),('ice',6),('ice',315),
('ici',345),('idz',174),('ien',331),('iex',127),('iex',132),('igh',272),('igh',282),('igh',284),('igh',291),('igh',294),
('il$',280),('ile',234),('ili',125),('ili',127),('ili',130),('ili',132),('ill',281),('ina',196),('ina',197),('ina',201),
('ina',202),('inc',361),('ind',249),('ind',337),('ink',353),('ino',90),('ino',91),('ino',95),('ino',96),('inv',246),
('inv',362),('ion',303),('ior',175),('ir$',257),('ir$',297),('irs',357),('is$',266),('is$',295),('is$',362),('ish',288),
('ist',250),('it$',9),('it$',14),('ite',368),('iti',303),('its',10),('its',15),('iv$',270),('ive',271),('ive',289),
('jun',310),('kap',89),('kap',91),('kap',94),('kap',96),('kee',233),('kee',241),('kee',271),('kfa',350),('kfa',360),
('kin',249),('kli',353),('kma',57),('kma',63),('kov',147),('kov',148),('kov',152),('kov',153),('kya',57),('kya',58),
('kya',63),('kya',64),('lac',258),('lar',231),('lar',233),('lar',236),('lar',241),('lar',271),('las',125),('las',127),
('las',130),('las',132),('ld$',239),('ld$',325),('ld$',335),('ldm',326),('ldm',336),('le$',6),('le$',10),('le$',15),
('le$',57),('le$',63),('le$',91),('le$',96),('le$',127),('le$',132),('le$',148),('le$',153),('le$',197),('le$',202),
('le$',233),('le$',241),('le$',271),('le$',284),('le$',294),('le$',315),('le$',326),('le$',336),('le$',350),('le$',360),
('le$',364),('lea',302),('ler',234),('lev',126),('lev',127),('lev',131),('lev',132),('li$',125),('li$',130),('li$',255),
('lie',127),('lie',132),('lin',353),('lis',250),('liv',270),('liv',271),('lko',147),('lko',148),('lko',152),('lko',153),
('ll$',281),('ll$',338),('llo',243),('llo',343),('llo',349),('llo',350),('llo',360),('lo$',243),('lo$',349),('log',266),
('loo',290),('lor',350),('lor',360),('low',343),('lud',361),('lv$',262),('lv$',322),('ma$',232),('ma$',240),('mac',233),
('mac',241),('mai',380),('man',57),('man',58),('man',63),('man',64),('man',311),('mar',196),('mar',197),('mar',201),
('mar',202),('mar',333),('mbe',292),('me$',328),('mer',320),('min',337),('mma',232),('mma',233),('mma',240),('mma',241),
('mme',320),('mne',284),('mne',294),('mon',251),('mor',312),('mov',324),('mov',326),('mov',334),('mov',336),('mpl',3),
('mpl',6),('mpl',10),('mpl',15),('mpl',16),('mpl',57),('mpl',63),('mpl',91),('mpl',96),('mpl',127),('mpl',132),
('mpl',148),('mpl',153),('mpl',197),('mpl',202),('mpl',233),('mpl',241),('mpl',271),('mpl',284),('mpl',294),('mpl',315),
('mpl',326),('mpl',336),('mpl',350),('mpl',360),('mpl',364),('na$',196),('na$',201),('nad',89),('nad',91),('nad',94),
('nad',96),('nah',9),('nah',10),('nah',14),('nah',15),('nap',197),('nap',202),('ncl',361),('nd$',244),('nd$',249),
('nd$',265),('nd$',319),('nd$',331),('nd$',337),('nda',251),('ndi',303),('ne$',254),('ne$',310),('nee',313),('nei',282),
('nei',284),('nei',291),('nei',294),('nex',10),('nex',15),('nex',197),('nex',202),('nex',364),('ng$',204),('ng$',221),
('ng$',376),('nge',127),('nge',132),('ngr',355),('ni$',311),('nic',345),('nin',90),('nin',91),('nin',95),('nin',96),
('nk$',351),('nk$',353),('nk$',367),('nkf',350),('nkf',360),('nli',255),('no$',90),('no$',95),('nok',91),('nok',96),
('noo',342),('nor',363),('nor',364),('now',365),('npo',57),('npo',63),('nsw',275),('nt$',259),('nte',359),('nti',280),
('nuk',57),('nuk',58),('nuk',63),('nuk',64),('num',292),('nvi',362),('nvo',246),('och',146),('och',148),('och',151),
('och',153),('od$',306),('off',5),('off',6),('off',277),('off',314),('off',315),('ogi',266),('oic',246),('oil',234),
('ok$',290),('oka',91),('oka',96),('old',325),('old',326),('old',335),('old',336),('oli',270),('oli',271),('olk',147),
('olk',148),('olk',152),('olk',153),('oll',343),('olo',266),('om$',323),('om$',329),('ome',328),('on$',303),('on$',342),
('ond',251),('ond',303),('one',254),('ong',355),('onl',255),('oo$',296),('ood',306),('ook',290),('oon',342),('opi',237),
('or$',242),('or$',301),('ora',350),('ora',360),('org',175),('orn',312),('orr',238),('ort',363),('ort',364),('ost',57),
('ost',59),('ost',63),('ost',65),('osy',197),('osy',198),('osy',202),('osy',203),('ote',4),('ote',308),('ou$',264),
('oul',239),('our',282),('our',284),('our',291),('our',294),('our',316),('our',341),('out',278),('ov$',147),('ov$',152),
('ove',324),('ove',326),('ove',334),('ove',336),('ovp',148),('ovp',153),('ow$',309),('ow$',343),('ow$',365),('owt',348),
('owt',358),('pag',366),('pai',257),('pan',89),('pan',91),('pan',94),('pan',96),('pdf',223),('pet',197),('pet',198),
('pet',202),('pet',203),('pi$',237),('pl$',3),('pl$',16),('pla',258),('ple',6),('ple',10),('ple',15),('ple',57),
('ple',63),('ple',91),('ple',96),('ple',127),('ple',132),('ple',148),('ple',153),('ple',197),('ple',202),('ple',233),
('ple',241),('ple',271),('ple',284),('ple',294),('ple',315),('ple',326),('ple',336),('ple',350),('ple',360),('ple',364),
('png',204),('png',221),('png',376),('poc',146),('poc',148),('poc',151),('poc',153),('pol',266),('pos',57),('pos',59),
('pos',63),('pos',65),('rag',1),('rag',6),('rag',299),('rag',315),('ran',350),('ran',351),('ran',359),('ran',360),
('ran',367),('rat',355),('rch',333),('rcl',271),('rd$',256),('re$',267),('rec',238),('ree',346),('reg',256),('rem',337),
('rep',257),('rep',258),('ret',381),('rev',8),('rex',284),('rex',294),('rex',350),('rex',360),('rgi',175),('rgs',10),
('rgs',11),('rgs',15),('rgs',17),('rid',174),('rie',331),('rig',272),('rin',196),('rin',197),('rin',201),('rin',202),
('rk$',231),('rk$',236),('rke',233),('rke',241),('rke',271),('rn$',312),('rno',342),('ros',197),('ros',198),('ros',202),
('ros',203),('row',348),('row',358),('rre',238),('rst',357),('rtu',363),('rtu',364),('rub',7),('rub',317),('rya',2),
('rya',300),('sam',283),('sam',284),('sam',293),('sam',294),('sar',10),('sar',11),('sar',15),('sar',17),('sat',2),
('sat',300),('say',318),('sba',244),('sen',259),('sen',319),('ser',381),('sex',6),('sex',315),('sh$',288),('sha',338),
('shv',125),('shv',127),('shv',130),('shv',132),('shw',288),('sit',368),('st$',59),('st$',65),('st$',250),('st$',357),
('ste',57),('ste',63),('ste',347),('ste',350),('ste',356),('ste',360),('sto',323),('sto',329),('sum',320),('swe',275),
('sya',10),('sya',11),('sya',15),('sya',17),('sya',197),('sya',198),('sya',202),('sya',203),('ta$',146),('ta$',151),
('tac',268),('tae',148),('tae',153),('te$',359),('te$',368),('tea',352),('tea',369),('tec',345),('tel',4),('tel',308),
('ter',332),('ter',339),('ter',342),('ter',347),('ter',350),('ter',356),('ter',360),('tex',57),('tex',63),('th$',348),
('th$',358),('tha',321),('the',260),('the',279),('thi',295),('thr',346),('til',280),('tio',303),('tom',323),('tom',329),
('too',296),('tro',197),('tro',198),('tro',202),('tro',203),('try',2),('try',300),('tsa',10),('tsa',15),('tse',6),
('tse',315),('tse',381),('tta',268),('tul',355),('tun',363),('tun',364),('twe',322),('two',261),('uar',359),('ube',7),
('ube',317),('ud$',361),('ue$',330),('uky',57),('uky',58),('uky',63),('uky',64),('ul$',355),('uld',239),('umb',292),
('umm',320),('un$',363),('une',310),('une',364),('unt',280),('ur$',282),('ur$',291),('ur$',316),('ur$',341),('ure',284),
('ure',294),('usb',244),('ust',323),('ust',329),('ut$',235),('ut$',278),('uy$',354),('val',262),('van',8),('van',126),
('van',127),('van',131),('van',132),('ve$',324),('ve$',334),('ved',326),('ved',336),('ven',289),('ver',271),('vil',125),
('vil',127),('vil',130),('vil',132),('vis',362),('voi',246),('vol',147),('vol',148),('vol',152),('vol',153),('vpo',148),
('vpo',153),('was',263),('was',288),('wat',339),('wel',322),('wer',275),('wil',281),('wo$',261),('wth',348),('wth',358),
('xam',3),('xam',6),('xam',10),('xam',15),('xam',16),('xam',57),('xam',63),('xam',91),('xam',96),('xam',127),('xam',132),
('xam',148),('xam',153),('xam',197),('xam',202),('xam',233),('xam',241),('xam',271),('xam',284),('xam',294),('xam',315),
('xam',326),('xam',336),('xam',350),('xam',360),('xam',364),('yan',2),('yan',10),('yan',11),('yan',15),('yan',17),
('yan',57),('yan',58),('yan',63),('yan',64),('yan',197),('yan',198),('yan',202),('yan',203),('yan',300),('yea',340),
('yer',8),('yk$',56),('yk$',62),('ykm',57),('ykm',63),('you',264),('you',341),('zee',91),('zee',96),('аpn',221),
('абл',220),('абл',221),('ав$',378),('аво',210),('авс',160),('ад$',181),('адо',229),('аже',172),('аза',183),('айл',379),
('ака',183),('алт',205),('алу',217),('ант',156),('ара',156),('ари',199),('ари',212),('ас$',176),('аст',163),('ат$',188),
('ат$',228),('аф$',222),('бед',186),('бли',220),('бли',221),('бр$',208),('бух',205),('важ',172),('вас',176),('вез',230),
('вер',195),('вин',377),('вло',206),('вод',210),('вол',149),('вол',154),('вст',160),('вто',155),('гал',205),('гар',156),
('гд$',161),('гин',226),('гра',222),('дей',157),('ден',158),('дет',191),('дет',192),('дил',173),('доб',208),('доб',229),
('дра',160),('дск',210),('дук',169),('ед$',186),('еде',192),('ез$',230),('ейс',157),('емо',193),('ен$',158),('ен$',172),
('ен$',206),('ер$',163),('ер$',205),('ерг',150),('ерг',170),('ерг',195),('есл',225),('есс',178),('ест',177),('ет$',171),
('ет$',191),('ет$',192),('ет$',219),('етв',195),('етр',200),('етр',215),('еха',168),('еча',228),('жал',217),('жен',172),
('жен',206),('жет',171),('жн$',185),('за$',183),('зав',210),('зак',183),('зви',377),('здр',160),('иве',230),('иги',226),
('иде',191),('иед',192),('иех',168),('изв',377),('ик$',173),('иль',173),('ин$',199),('ин$',212),('ин$',377),('ина',226),
('ис$',227),('ит$',216),('ич$',184),('ичк',220),('ичк',221),('ишл',218),('йл$',379),('йст',157),('йст',217),('каp',221),
('каз',183),('кла',181),('ког',161),('ком',178),('кт$',169),('лад',181),('лат',188),('лит',216),('лич',220),('лич',221),
('лк$',149),('лк$',154),('лод',173),('лож',206),('лте',205),('луй',217),('льн',173),('мар',199),('мар',212),('мас',163),
('мож',171),('мон',193),('мор',164),('мпр',178),('на$',226),('над',229),('ник',173),('нич',184),('нт$',156),('нт$',193),
('нуж',185),('нуж',214),('об$',229),('обе',186),('обр',208),('огд',161),('огр',222),('оди',173),('одс',210),('оду',169),
('ожа',217),('оже',171),('оже',206),('оз$',164),('олк',149),('олк',154),('оло',173),('омп',178),('она',229),('онт',193),
('ор$',155),('ор$',178),('ори',226),('оро',164),('орт',166),('осл',190),('ося',200),('ося',215),('от$',194),('ото',222),
('отп',378),('офи',227),('очт',167),('пет',200),('пет',215),('печ',228),('пла',188),('пли',216),('пож',217),('пон',229),
('пор',166),('пос',190),('поч',167),('пра',378),('пре',178),('при',168),('при',191),('при',192),('при',218),('при',230),
('про',169),('рав',160),('рав',378),('ран',156),('раф',222),('рг$',150),('рг$',170),('рг$',195),('рем',193),('рес',178),
('рив',230),('риг',226),('рид',191),('рие',168),('рие',192),('рин',199),('рин',212),('риш',218),('род',169),('роз',164),
('рос',200),('рос',215),('рт$',166),('сер',150),('сер',170),('ск$',210),('скл',181),('сл$',190),('сл$',225),('смо',171),
('сор',178),('ссо',178),('ст$',177),('ст$',217),('ств',157),('ств',160),('сте',163),('сче',219),('ся$',200),('ся$',215),
('таб',220),('таб',221),('тв$',157),('тв$',160),('тве',195),('тер',163),('тер',205),('тог',222),('тор',155),('тот',194),
('тпр',378),('тро',200),('тро',215),('ува',172),('уж$',214),('ужн',185),('уйс',217),('укт',169),('ухг',205),('фай',379),
('фис',227),('фот',222),('ха$',168),('хга',205),('хол',173),('чат',228),('чет',195),('чет',219),('чк$',220),('чка',221),
('чт$',167),('шл$',218),('ьни',173),('աբա',79),('ազ$',21),('աթ$',79),('աթ$',86),('աթս',29),('ալ$',22),('ալ$',37),
('ալ$',87),('ալո',55),('ակ$',35),('ակ$',46),('ակ$',53),('ակ$',68),('ակա',55),('ակե',50),('ահի',12),('ահի',18),('ամ$',44),
('ամա',53),('ամե',51),('այդ',42),('այկ',60),('այկ',76),('այս',43),('այց',67),('ան$',13),('ան$',34),('ան$',61),('ան$',77),
('ան$',80),('անա',12),('անա',18),('անա',37),('անա',53),('անա',87),('անա',373),('անո',61),('անո',77),('անց',382),
('անք',32),('աշխ',52),('ապա',373),('աջ$',66),('առա',66),('ասխ',80),('ատա',80),('ատե',52),('ատվ',81),('ատվ',82),
('ար$',30),('ար$',371),('արգ',13),('արգ',32),('արգ',34),('արդ',19),('արե',20),('արհ',373),('արո',31),('արպ',36),
('արտ',375),('արտ',376),('ացք',75),('աքա',37),('բաթ',79),('բաթ',86),('բայ',67),('բար',20),('բեր',83),('բռն',68),
('գազ',21),('գալ',22),('գան',32),('գսյ',13),('գսյ',34),('գտն',370),('գրե',69),('դե$',19),('դեռ',70),('դժվ',371),
('դու',23),('դու',71),('դրե',45),('եզ$',375),('եզp',376),('ել$',45),('ել$',50),('ել$',52),('ել$',69),('ել$',74),
('ել$',82),('ել$',83),('ել$',370),('ել$',372),('ել$',382),('եխա',26),('եկ$',27),('են$',51),('ենա',78),('ենյ',35),
('ենք',33),('ենք',374),('եռ$',70),('եվ$',20),('եվ$',48),('ետ$',36),('եր$',81),('երբ',25),('երե',26),('երե',27),
('երե',83),('երկ',72),('եքե',78),('զpn',376),('թյո',55),('թսա',29),('ժամ',44),('ժամ',53),('ժվա',371),('իկի',49),
('ին$',49),('ինե',74),('ինչ',47),('ինչ',48),('ինչ',54),('իսկ',28),('իտ$',12),('իտ$',18),('իրե',82),('լին',74),('լու',55),
('լվա',75),('խա$',26),('խան',80),('խան',382),('խատ',52),('խնդ',45),('ծոր',46),('կաթ',29),('կալ',55),('կար',30),
('կար',31),('կել',50),('կին',49),('կյա',61),('կյա',77),('կու',72),('կցե',372),('հակ',55),('հայ',60),('հայ',76),
('հար',32),('հիտ',12),('հիտ',18),('ճան',373),('ման',53),('ման',61),('ման',77),('մեն',33),('մեն',51),('մեք',78),
('մին',47),('մին',48),('յակ',35),('յան',13),('յան',34),('յան',61),('յան',77),('յդ$',42),('յկ$',60),('յկ$',76),('յն$',85),
('յու',55),('յսօ',43),('յց$',67),('նա$',78),('նալ',37),('նալ',87),('նակ',53),('նակ',68),('նահ',12),('նահ',18),
('նապ',373),('նդր',45),('նել',74),('նել',370),('նյա',35),('նոր',55),('նու',61),('նու',77),('նու',85),('նչ$',47),
('նչ$',54),('նչե',48),('նցե',382),('նք$',32),('նք$',33),('նք$',374),('շաբ',79),('շեն',374),('շխա',52),('շնո',55),
('ոխա',382),('ող$',31),('որա',46),('որհ',55),('ու$',72),('ութ',55),('ուկ',61),('ուկ',77),('ույ',85),('ուն',38),
('ուն',55),('ուռ',71),('ուր',39),('ուր',86),('ուք',23),('ոքր',40),('չեվ',48),('պատ',80),('պատ',81),('պատ',82),
('պար',373),('պետ',36),('ռաջ',66),('ռնա',68),('սա$',29),('սար',13),('սար',34),('սեն',35),('սխա',80),('սկ$',28),
('սյա',13),('սյա',34),('ստա',87),('սօր',43),('վար',36),('վար',371),('վաց',75),('վեր',81),('վիր',82),('տան',87),
('տաս',80),('տաք',37),('տեզ',375),('տեզ',376),('տել',52),('տիկ',49),('տնե',370),('տու',38),('տվե',81),('տվի',82),
('րակ',46),('րբ$',25),('րբա',86),('րգա',32),('րգս',13),('րգս',34),('րդե',19),('րել',45),('րել',69),('րել',82),('րել',83),
('րեխ',26),('րեկ',27),('րեվ',20),('րկո',72),('րհ$',373),('րհա',55),('րող',31),('րպե',36),('րտ$',39),('րտե',375),
('րտե',376),('ցել',372),('ցել',382),('ցու',39),('ցք$',75),('ւթյ',55),('ւկյ',61),('ւկյ',77),('ւյն',85),('ւն$',38),
('ւն$',55),('ւռ$',71),('ւրբ',86),('ւրտ',39),('ւք$',23),('փակ',50),('փոխ',382),('փոք',40),('քան',37),('քար',375),
('քար',376),('քեն',78),('քր$',40),('օր$',43),('აათ',122),('ადა',116),('ადა',135),('ავნ',98),('ათი',122),('ათი',134),
('აკე',116),('აკი',102),('ალ$',124),('ალბ',123),('ალი',114),('ამა',97),('ამდ',119),('ამზ',109),('ამო',98),('ანა',92),
('ანა',103),('ანა',104),('ანა',119),('ანი',115),('ანი',121),('ანქ',104),('აპა',92),('აპა',103),('არა',133),('არა',134),
('არე',109),('არე',110),('არჯ',97),('ასუ',140),('ატა',102),('ატი',106),('ატო',123),('აფა',140),('აღდ',139),('აშვ',128),
('აშვ',136),('აძ$',92),('აძ$',103),('აძლ',144),('ახდ',135),('ბა$',97),('ბარ',134),('ბატ',123),('ბელ',144),('გად',116),
('გად',135),('გამ',97),('გამ',98),('გელ',128),('გელ',136),('გზა',98),('გთხ',117),('გუშ',99),('და$',135),('დაკ',116),
('დახ',135),('დე$',119),('დეგ',112),('დელ',99),('დი$',139),('დილ',118),('დღე',101),('ებე',144),('ეგ$',112),('ევნ',129),
('ევნ',138),('ეთ$',143),('ეკე',143),('ელა',128),('ელა',136),('ელი',99),('ელი',111),('ელი',144),('ელი',145),('ელო',115),
('ემა',106),('ემდ',112),('ესა',144),('ეტო',116),('ეულ',109),('ეუძ',113),('ეცხ',108),('ეცხ',110),('ვალ',124),('ველ',111),
('ვილ',128),('ვილ',136),('ვის',106),('ვლ$',120),('ვნ$',129),('ვნ$',138),('ვნო',98),('ზავ',98),('ზარ',109),('თი$',122),
('თი$',134),('თხო',117),('ია$',113),('იატ',102),('ივი',106),('ილა',118),('ილი',128),('ილი',136),('ინდ',99),('ინო',93),
('ინო',105),('ისც',106),('კან',121),('კაპ',92),('კაპ',103),('კეთ',143),('კეტ',116),('კი$',102),('ლა$',118),('ლაშ',128),
('ლაშ',136),('ლბა',123),('ლებ',144),('ლევ',129),('ლევ',138),('ლი$',99),('ლი$',111),('ლი$',114),('ლი$',128),('ლი$',136),
('ლი$',141),('ლი$',144),('ლი$',145),('ლია',113),('ლო$',109),('ლოს',115),('მა$',106),('მან',104),('მან',119),('მარ',97),
('მდე',112),('მდე',119),('მზა',109),('მოგ',98),('მოს',120),('ნა$',104),('ნა$',142),('ნამ',119),('ნაღ',139),('ნაძ',92),
('ნაძ',103),('ნდე',99),('ნი$',115),('ნი$',121),('ნი$',123),('ნინ',93),('ნინ',105),('ნკა',121),('ნო$',93),('ნო$',105),
('ნოთ',98),('ნქა',104),('ობა',97),('ოგზ',98),('ოთ$',98),('ოთ$',116),('ონ$',107),('ონა',142),('ონი',123),('ონკ',121),
('ოსა',115),('ოსვ',120),('პან',92),('პან',103),('პატ',106),('ჟონ',107),('რა$',133),('რათ',134),('რეუ',109),('რეც',108),
('რეც',110),('რი$',140),('რჯო',97),('საა',122),('სამ',109),('სან',115),('სარ',110),('საფ',140),('საძ',144),('სვე',111),
('სვლ',120),('სურ',140),('სცე',106),('ტაკ',102),('ტივ',106),('ტოთ',116),('ტონ',123),('ული',141),('ულო',109),('ური',140),
('უში',99),('უძლ',113),('ფას',140),('ფულ',141),('ქალ',123),('ქან',104),('ქონ',142),('ღდი',139),('ღე$',101),('ყალ',114),
('შეკ',143),('შემ',112),('შეს',144),('შეუ',113),('შვი',128),('შვი',136),('შინ',99),('ცემ',106),('ცხ$',108),('ცხი',110),
('ძლე',144),('ძლი',113),('წყა',114),('ხდა',135),('ხელ',115),('ხელ',145),('ხვა',124),('ხი$',110),('ხო$',117),('ჯობ',97);

CREATE TABLE "django_session" ("session_key" varchar(40) NOT NULL PRIMARY KEY, "session_data" text NOT NULL, "expire_date" datetime NOT NULL);
INSERT INTO "django_session" ("session_key", "session_data", "expire_date") VALUES
('5ut3d0m9fiaz0uanaa7gmhmtrlg4zfbr','.eJxVjMsOwiAQRf-FtSE8OkVcuu83kBkGpGogKe3K-O_apAvd3nPOfYmA21rC1tMSZhYXocXpdyOMj1R3wHestyZjq-syk9wVedAup8bpeT3cv4OCvXxrl9klYhiAbDTeZPIKtAVEr72hrKxynHiwPo8xWU2aR_aaANDBmUm8P--4ODI:1vxCfY:n7pWuQT42hAZA6JSQ1sIs8CYClVpRdHdCy7MqdYEzq4','2026-04-01 23:27:20');

DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" ("name", "seq") VALUES
('accounts_agent',6),('accounts_membership',7),('django_migrations',26),('accounts_team',2),('django_content_type',44),
('auth_permission',176),('auth_group',0),('conversations_conversation',12),('conversations_delivery',10),
('conversations_conversationcount',12),('conversations_message',44),('conversations_mention',1),
('conversations_readmark',2),('core_audit',60),('core_event',117),('accounts_invitation',1),
('accounts_invitation_teams',1),('core_task',34),('calendars_calendar',1),('calendars_openhours',11),
('calendars_specialday',2),('conversations_inbox',3),('email_mailaccount',2),('customers_attributedefinition',2),
('customers_organisation',1),('customers_customer',12),('customers_tag',5),('customers_customer_tags',2),
('customers_identity',14),('channels_rawinput',19),('conversations_access',12),('conversations_deliveryattempt',9),
('notifications_notification',6),('conversations_conversation_tags',4),('conversations_attachment',5),
('customers_blockedsender',1),('email_tombstone',1),('conversations_draft',4),('accounts_apitoken',2),
('notifications_pushsubscription',1),('accounts_signinattempt',3),('api_storedresponse',1),('email_imapfolder',1),
('email_autoreply',1);

CREATE INDEX "accounts_apitoken_agent_id_199a8c53" ON "accounts_apitoken" ("agent_id");
CREATE INDEX "attempt_account" ON "accounts_signinattempt" ("account", "at");
CREATE INDEX "attempt_address" ON "accounts_signinattempt" ("address", "at");
CREATE UNIQUE INDEX "one_default_team" ON "accounts_team" ("is_default") WHERE "is_default";
CREATE INDEX "accounts_invitation_invited_by_id_94a21efc" ON "accounts_invitation" ("invited_by_id");
CREATE UNIQUE INDEX "accounts_invitation_teams_invitation_id_team_id_6c7ddcfc_uniq" ON "accounts_invitation_teams" ("invitation_id", "team_id");
CREATE INDEX "accounts_invitation_teams_invitation_id_7c81c8a6" ON "accounts_invitation_teams" ("invitation_id");
CREATE INDEX "accounts_invitation_teams_team_id_1058958d" ON "accounts_invitation_teams" ("team_id");
CREATE INDEX "accounts_membership_agent_id_9d37bad1" ON "accounts_membership" ("agent_id");
CREATE INDEX "accounts_membership_team_id_c9c6c909" ON "accounts_membership" ("team_id");
CREATE UNIQUE INDEX "agent_email_any_case" ON "accounts_agent" ((LOWER("email")));
CREATE INDEX "api_storedresponse_token_id_ecf1738b" ON "api_storedresponse" ("token_id");
CREATE INDEX "stored_response_age" ON "api_storedresponse" ("created_at");
CREATE UNIQUE INDEX "django_content_type_app_label_model_76bd3d3b_uniq" ON "django_content_type" ("app_label", "model");
CREATE UNIQUE INDEX "auth_group_permissions_group_id_permission_id_0cd325b0_uniq" ON "auth_group_permissions" ("group_id", "permission_id");
CREATE INDEX "auth_group_permissions_group_id_b120cbf9" ON "auth_group_permissions" ("group_id");
CREATE INDEX "auth_group_permissions_permission_id_84c5c92e" ON "auth_group_permissions" ("permission_id");
CREATE UNIQUE INDEX "auth_permission_content_type_id_codename_01ab375a_uniq" ON "auth_permission" ("content_type_id", "codename");
CREATE INDEX "auth_permission_content_type_id_2f476e4b" ON "auth_permission" ("content_type_id");
CREATE UNIQUE INDEX "calendar_name_once" ON "calendars_calendar" ((LOWER("name")));
CREATE INDEX "calendars_openhours_calendar_id_4bf7b02e" ON "calendars_openhours" ("calendar_id");
CREATE INDEX "calendars_specialday_calendar_id_33df941f" ON "calendars_specialday" ("calendar_id");
CREATE INDEX "channels_rawinput_digest_e6c7943c" ON "channels_rawinput" ("digest");
CREATE INDEX "raw_quarantined" ON "channels_rawinput" ("id" DESC) WHERE "state" = 'quarantined';
CREATE INDEX "customer_activity" ON "customers_customer" ("last_activity_at" DESC, "id" DESC);
CREATE INDEX "customer_created" ON "customers_customer" ("created_at", "id");
CREATE INDEX "customers_customer_organisation_id_53525f42" ON "customers_customer" ("organisation_id");
CREATE UNIQUE INDEX "customers_customer_tags_customer_id_tag_id_8e9b6d31_uniq" ON "customers_customer_tags" ("customer_id", "tag_id");
CREATE INDEX "customers_customer_tags_customer_id_0423a302" ON "customers_customer_tags" ("customer_id");
CREATE INDEX "customers_customer_tags_tag_id_4d54c921" ON "customers_customer_tags" ("tag_id");
CREATE INDEX "customers_identity_customer_id_b1e21f37" ON "customers_identity" ("customer_id");
CREATE UNIQUE INDEX "conversations_conversation_tags_conversation_id_tag_id_0eac9a22_uniq" ON "conversations_conversation_tags" ("conversation_id", "tag_id");
CREATE INDEX "conversations_conversation_tags_conversation_id_a42dec8f" ON "conversations_conversation_tags" ("conversation_id");
CREATE INDEX "conversations_conversation_tags_tag_id_e52ab996" ON "conversations_conversation_tags" ("tag_id");
CREATE INDEX "conversations_deliveryattempt_delivery_id_66536f14" ON "conversations_deliveryattempt" ("delivery_id");
CREATE INDEX "conversations_inbox_team_id_f9404ddb" ON "conversations_inbox" ("team_id");
CREATE INDEX "conversations_draft_agent_id_12d0db82" ON "conversations_draft" ("agent_id");
CREATE INDEX "conversations_draft_conversation_id_8be0ce8b" ON "conversations_draft" ("conversation_id");
CREATE INDEX "conversations_draft_inbox_id_e91b7a3f" ON "conversations_draft" ("inbox_id");
CREATE INDEX "conversations_conversation_assignee_id_e845f644" ON "conversations_conversation" ("assignee_id");
CREATE INDEX "conversations_conversation_customer_id_afb78c4a" ON "conversations_conversation" ("customer_id");
CREATE INDEX "conversations_conversation_team_id_c9f144f2" ON "conversations_conversation" ("team_id");
CREATE INDEX "conversations_conversation_inbox_id_c97f6da0" ON "conversations_conversation" ("inbox_id");
CREATE INDEX "conversations_conversation_linked_to_id_9002d5e8" ON "conversations_conversation" ("linked_to_id");
CREATE UNIQUE INDEX "one_draft" ON "conversations_draft" ("agent_id", "conversation_id", "kind") WHERE "conversation_id" IS NOT NULL;
CREATE INDEX "conversations_attachment_uploaded_by_id_cb6d972b" ON "conversations_attachment" ("uploaded_by_id");
CREATE INDEX "conversations_attachment_draft_id_039894f9" ON "conversations_attachment" ("draft_id");
CREATE INDEX "conversations_attachment_message_id_9179b1e8" ON "conversations_attachment" ("message_id");
CREATE INDEX "conversations_access_agent_id_be173c86" ON "conversations_access" ("agent_id");
CREATE INDEX "conversations_access_conversation_id_b7342c79" ON "conversations_access" ("conversation_id");
CREATE INDEX "conversations_conversationcount_team_id_c99ee5fc" ON "conversations_conversationcount" ("team_id");
CREATE INDEX "conversations_conversationcount_inbox_id_0f104b7a" ON "conversations_conversationcount" ("inbox_id");
CREATE INDEX "conv_newest" ON "conversations_conversation" ("last_activity_at" DESC, "id" DESC);
CREATE INDEX "conv_status" ON "conversations_conversation" ("status", "last_activity_at" DESC, "id" DESC);
CREATE INDEX "conv_assignee" ON "conversations_conversation" ("assignee_id", "status", "last_activity_at" DESC, "id" DESC);
CREATE INDEX "conv_inbox" ON "conversations_conversation" ("inbox_id", "status", "last_activity_at" DESC, "id" DESC);
CREATE INDEX "conv_team" ON "conversations_conversation" ("team_id", "status", "last_activity_at" DESC, "id" DESC);
CREATE INDEX "conv_customer" ON "conversations_conversation" ("customer_id", "last_activity_at" DESC, "id" DESC);
CREATE INDEX "conv_created" ON "conversations_conversation" ("created_at", "id");
CREATE INDEX "conv_updated" ON "conversations_conversation" ("updated_at");
CREATE INDEX "conv_waiting" ON "conversations_conversation" ("waiting_since", "id") WHERE ("status" = 'open' AND "waiting_since" IS NOT NULL);
CREATE INDEX "conv_mine_waiting" ON "conversations_conversation" ("assignee_id", "waiting_since", "id") WHERE ("status" = 'open' AND "waiting_since" IS NOT NULL);
CREATE INDEX "conv_inbox_waiting" ON "conversations_conversation" ("inbox_id", "assignee_id", "waiting_since", "id") WHERE ("status" = 'open' AND "waiting_since" IS NOT NULL);
CREATE INDEX "conv_inbox_assignee" ON "conversations_conversation" ("inbox_id", "assignee_id", "status", "last_activity_at" DESC, "id" DESC);
CREATE INDEX "conv_snoozed" ON "conversations_conversation" ("snoozed_until") WHERE "status" = 'snoozed';
CREATE INDEX "conversations_message_agent_id_c92fbb99" ON "conversations_message" ("agent_id");
CREATE INDEX "conversations_message_conversation_id_f1a2d5e9" ON "conversations_message" ("conversation_id");
CREATE INDEX "conversations_message_customer_id_d9e88a27" ON "conversations_message" ("customer_id");
CREATE INDEX "conversations_message_inbox_id_a4bcfcc2" ON "conversations_message" ("inbox_id");
CREATE INDEX "message_external" ON "conversations_message" ("external_id") WHERE NOT ("external_id" = '');
CREATE INDEX "message_customer" ON "conversations_message" ("customer_id", "id" DESC);
CREATE INDEX "conversations_mention_agent_id_26e5ca4c" ON "conversations_mention" ("agent_id");
CREATE INDEX "conversations_mention_conversation_id_aa3de93d" ON "conversations_mention" ("conversation_id");
CREATE INDEX "conversations_mention_message_id_092f4b14" ON "conversations_mention" ("message_id");
CREATE INDEX "mention_open" ON "conversations_mention" ("agent_id", "id" DESC) WHERE "seen_at" IS NULL;
CREATE INDEX "delivery_due" ON "conversations_delivery" ("channel", "not_before") WHERE "settled_at" IS NULL;
CREATE INDEX "conversations_readmark_agent_id_e4cf59c6" ON "conversations_readmark" ("agent_id");
CREATE INDEX "conversations_readmark_conversation_id_05bbc5e7" ON "conversations_readmark" ("conversation_id");
CREATE INDEX "core_audit_object" ON "core_audit" ("object_type", "object_id", "id" DESC);
CREATE UNIQUE INDEX "core_task_unique_pending" ON "core_task" ("unique_key") WHERE ("state" = 'ready' AND "unique_key" IS NOT NULL);
CREATE INDEX "core_task_due" ON "core_task" ("priority", "run_after", "id") WHERE "state" = 'ready';
CREATE INDEX "core_task_leased" ON "core_task" ("owner") WHERE "state" = 'leased';
CREATE INDEX "core_task_dead" ON "core_task" ("failed_at" DESC) WHERE "state" = 'dead';
CREATE INDEX "core_event_order" ON "core_event" ("xid", "id") WHERE "xid" > 0;
CREATE INDEX "email_autoreply_inbox_id_5f033df9" ON "email_autoreply" ("inbox_id");
CREATE INDEX "auto_reply_caps" ON "email_autoreply" ("address", "at");
CREATE INDEX "email_imapfolder_account_id_b2a4f955" ON "email_imapfolder" ("account_id");
CREATE INDEX "notifications_pushsubscription_agent_id_e85ec4ac" ON "notifications_pushsubscription" ("agent_id");
CREATE INDEX "notifications_notification_agent_id_ce930d95" ON "notifications_notification" ("agent_id");
CREATE INDEX "notification_unseen" ON "notifications_notification" ("agent_id", "id" DESC) WHERE "seen_at" IS NULL;
CREATE INDEX "django_session_expire_date_a5c62663" ON "django_session" ("expire_date");
COMMIT;
