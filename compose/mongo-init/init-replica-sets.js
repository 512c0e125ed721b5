// Run by init-replica-sets.sh in mongosh. MEMBERS names what is to be made, as
// `set=host:port`, separated by spaces.

const NOT_YET_INITIALIZED = 94;
const ALREADY_INITIALIZED = 23;
const PATIENCE_MS = 120_000;
const PAUSE_MS = 250;

const members = (process.env.MEMBERS || "").split(/\s+/).filter(Boolean);
if (members.length === 0) {
  print("MEMBERS is empty. Name at least one: rs-order=mongodb-order:27017");
  quit(2);
}

function connect_to(host) {
  const options = "directConnection=true&serverSelectionTimeoutMS=2000";
  return new Mongo(`mongodb://${host}/?${options}`).getDB("admin");
}

function initiate(admin, set, host) {
  try {
    admin.runCommand({ replSetGetStatus: 1 });
    return;
  } catch (error) {
    if (error.code !== NOT_YET_INITIALIZED) throw error;
  }
  try {
    const config = { _id: set, members: [{ _id: 0, host }] };
    admin.runCommand({ replSetInitiate: config });
    print(`${set}: made, with ${host}`);
  } catch (error) {
    if (error.code !== ALREADY_INITIALIZED) throw error; // another run was first
  }
}

// "" once the set has a primary, else why it has none yet.
function complaint(set, host) {
  try {
    const admin = connect_to(host);
    initiate(admin, set, host);
    const hello = admin.runCommand({ hello: 1 });
    if (hello.setName !== set) return `${host} belongs to ${hello.setName || "no set"}`;
    return hello.isWritablePrimary ? "" : "no primary yet";
  } catch (error) {
    return error.message;
  }
}

const deadline = Date.now() + PATIENCE_MS;
for (const member of members) {
  const [set, host] = member.split("=");
  for (;;) {
    const wrong = complaint(set, host);
    if (!wrong) break;
    if (Date.now() > deadline) {
      print(`${set}: not ready after ${PATIENCE_MS / 1000} s: ${wrong}`);
      quit(1);
    }
    sleep(PAUSE_MS);
  }
  print(`${set}: ${host} is primary`);
}
