<?php
// php snippets.php FOLDER: runs each program of the folder, and prints what each printed.
$folder = $argv[1];
chdir($folder); // where vendor/autoload.php is
$run = function (string $file): string {
    ob_start();
    require $file;
    return ob_get_clean();
};
$said = [];
foreach (glob('*.php') as $file) {
    try {
        $text = $run("$folder/$file");
        $said[basename($file, '.php')] = json_decode($text);
    } catch (\Throwable $error) {
        while (ob_get_level() > 0) {
            ob_end_clean();
        }
        $said[basename($file, '.php')] = ['failed' => get_class($error) . ': ' . $error->getMessage()];
    }
}
echo json_encode($said);
