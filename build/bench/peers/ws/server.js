// The lesson's own stack: ws on Node, every message to every open connection.
// Run it with -addr HOST:PORT.
const { WebSocket, WebSocketServer } = require('ws');

const addr = process.argv[process.argv.indexOf('-addr') + 1];
const colon = addr.lastIndexOf(':');
const server = new WebSocketServer({ host: addr.slice(0, colon), port: Number(addr.slice(colon + 1)) });

server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => {
    server.clients.forEach((client) => {
      if (client.readyState === WebSocket.OPEN) {
        client.send(data, { binary: isBinary });
      }
    });
  });
  socket.send('Welcome to Cyber Chat');
});
