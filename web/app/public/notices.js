// Shows the messages that this server pushes. They hold a title, figures and a path: what
// they are about is read after signing in.
addEventListener("push", (event) => {
  const { title, body, path, tag } = event.data.json();
  event.waitUntil(registration.showNotification(title, { body, tag, icon: "/icon-192.png", data: { path } }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(clients.openWindow(new URL(event.notification.data.path, location.origin).href));
});
